import { observedSpan } from '../slice.js';
import type { Trace } from '../trace.js';

/** What a reader should know of a trace before it trusts it. */
export interface QualityStatistics {
  /** Requests that share their moment with the one before. */
  readonly sharedMoments: number;
  /** Requests that are alike in every column to an earlier one of the same moment. */
  readonly duplicates: number;
  /** Requests of 0 prompt tokens that did not fail. */
  readonly emptyPrompts: number;
  readonly isWholeSeconds: boolean;
  /** The longest spans without a request, longest first. */
  readonly silences: readonly { readonly fromSeconds: number; readonly seconds: number }[];
}

const SILENCES = 5;

/** Looks for shared moments, duplicates and silences. */
export function qualityStatistics(trace: Trace, isWholeSeconds: boolean): QualityStatistics {
  const { arrival, promptTokens, outputTokens } = trace;
  const { start, end } = observedSpan(trace);
  const silences: { fromSeconds: number; seconds: number }[] = [];
  const note = (fromSeconds: number, toSeconds: number): void => {
    const seconds = toSeconds - fromSeconds;
    if (silences.length === SILENCES && seconds <= silences.at(-1)!.seconds) return;
    silences.push({ fromSeconds, seconds });
    silences.sort((a, b) => b.seconds - a.seconds);
    if (silences.length > SILENCES) silences.pop();
  };
  let [sharedMoments, duplicates, emptyPrompts] = [0, 0, 0];
  for (let from = 0; from < arrival.length;) {
    let to = from + 1;
    while (to < arrival.length && arrival[to] === arrival[from]) to++;
    sharedMoments += to - from - 1;
    if (to - from > 1) duplicates += duplicatesIn(trace, from, to);
    note(from === 0 ? start : arrival[from - 1]!, arrival[from]!);
    for (let i = from; i < to; i++) if (promptTokens[i] === 0 && outputTokens[i]! > 0) emptyPrompts++;
    from = to;
  }
  if (arrival.length > 0) note(arrival.at(-1)!, end);
  return {
    sharedMoments,
    duplicates,
    emptyPrompts,
    isWholeSeconds,
    silences: silences.filter(({ seconds }) => seconds > 0),
  };
}

function duplicatesIn(trace: Trace, from: number, to: number): number {
  const rows = new Set<string>();
  for (let i = from; i < to; i++)
    rows.add(
      `${trace.promptTokens[i]!},${trace.outputTokens[i]!},${trace.model[i]!},${trace.service[i]!},${trace.session[i]!},${trace.elapsed[i]!}`,
    );
  return to - from - rows.size;
}
