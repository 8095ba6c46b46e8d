import { firstAtOrAfter, observedSpan, type Trace } from '../trace/index.js';
import type { LoadSeries } from './series.js';

/** Which part of a trace is binned; default: its observed span. */
export interface BinSpan {
  readonly fromSeconds?: number;
  readonly toSeconds?: number;
}

/**
 * The load of a trace in bins of any width. The first bin starts at `fromSeconds`, default the start of the observed span:
 * second 0 for a file as it was read. All bins inside the observed span are observed, those without requests are zeros; bins
 * that lie, even in part, outside of it are missing. By default the series ends with the last bin that the observed span
 * covers whole: the unfinished last bin is left out.
 *
 * @param binSeconds width, above 0
 * @returns requests, prompt and response tokens per bin; `startEpochSeconds` (dates) or `startSeconds` (none) of the first
 * @throws RangeError when the width is not above 0 or the span ends before it starts
 */
export function binTrace(trace: Trace, binSeconds: number, span: BinSpan = {}): LoadSeries {
  const { start, end } = observedSpan(trace);
  const { fromSeconds = start, toSeconds } = span;
  const from = fromSeconds;
  const to = toSeconds ?? end;
  if (!(binSeconds > 0 && to >= from && Number.isFinite(to - from)))
    throw new RangeError(`Cannot bin a trace: need bins above 0 s and from <= to, got ${binSeconds}, ${from}, ${to}`);
  const bins = Math.floor((to - from) / binSeconds);
  const requests = new Float64Array(bins);
  const promptTokens = new Float64Array(bins);
  const outputTokens = new Float64Array(bins);
  for (let i = firstAtOrAfter(trace.arrival, from); i < trace.arrival.length; i++) {
    const bin = Math.floor((trace.arrival[i]! - from) / binSeconds);
    if (bin >= bins) break;
    requests[bin]!++;
    promptTokens[bin]! += trace.promptTokens[i]!;
    outputTokens[bin]! += trace.outputTokens[i]!;
  }
  const observed = Uint8Array.from(requests, (_, bin) => {
    const binStart = from + bin * binSeconds;
    return binStart >= start && binStart + binSeconds <= end ? 1 : 0;
  });
  return {
    startEpochSeconds: trace.startEpochSeconds === null ? null : trace.startEpochSeconds + from,
    timeZone: trace.timeZone,
    binSeconds,
    ...(trace.startEpochSeconds === null && from !== 0 ? { startSeconds: from } : {}),
    requests,
    promptTokens,
    outputTokens,
    observed,
  };
}
