import { InputError } from '../base/index.js';
import { selectRows } from './select.js';
import type { Trace } from './trace.js';

/**
 * The requests in [fromSeconds, toSeconds), which becomes the observed span. Second 0 stays where it was, so hours of the
 * day are kept; `fromZero` moves it to the slice's start.
 */
export function sliceTrace(trace: Trace, fromSeconds: number, toSeconds: number): Trace {
  if (!(fromSeconds <= toSeconds))
    throw new RangeError(`Cannot slice a trace: from must not be after to, got ${fromSeconds} and ${toSeconds}`);
  const from = firstAtOrAfter(trace.arrival, fromSeconds);
  const to = firstAtOrAfter(trace.arrival, toSeconds);
  return {
    ...trace,
    arrival: trace.arrival.slice(from, to),
    promptTokens: trace.promptTokens.slice(from, to),
    outputTokens: trace.outputTokens.slice(from, to),
    model: trace.model.slice(from, to),
    service: trace.service.slice(from, to),
    session: trace.session.slice(from, to),
    elapsed: trace.elapsed.slice(from, to),
    startSeconds: fromSeconds,
    endSeconds: toSeconds,
  };
}

/** The trace with second 0 at the start of its observed span. Where it has no dates, hours of the day are lost. */
export function fromZero(trace: Trace): Trace {
  const { start, end } = observedSpan(trace);
  return {
    ...trace,
    arrival: trace.arrival.map((at) => at - start),
    startSeconds: 0,
    endSeconds: end - start,
    startEpochSeconds: trace.startEpochSeconds === null ? null : trace.startEpochSeconds + start,
  };
}

/** The seconds [start, end) in which the trace was observed; the last arrival ends it where nothing else is known. */
export function observedSpan(trace: Trace): { start: number; end: number } {
  return { start: trace.startSeconds ?? 0, end: trace.endSeconds ?? trace.arrival.at(-1) ?? 0 };
}

/** Index of the first request at or after a moment; the number of requests where there is none. */
export function firstAtOrAfter(arrival: Float64Array, seconds: number): number {
  let low = 0;
  let high = arrival.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (arrival[middle]! < seconds) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Which requests to keep, by name. */
export interface TraceFilter {
  readonly service?: string | undefined;
  readonly model?: string | undefined;
}

/**
 * The requests of one service, one model, or both. The observed span stays: quiet minutes of the one are still observed.
 *
 * @throws InputError when a name is none of the trace's
 */
export function filterTrace(trace: Trace, filter: TraceFilter): Trace {
  const service = codeOf(trace.serviceNames, filter.service, 'service');
  const model = codeOf(trace.modelNames, filter.model, 'model');
  if (service === null && model === null) return trace;
  const rows: number[] = [];
  for (let i = 0; i < trace.arrival.length; i++) {
    if (service !== null && trace.service[i] !== service) continue;
    if (model === null || trace.model[i] === model) rows.push(i);
  }
  const { start, end } = observedSpan(trace);
  return { ...selectRows(trace, Uint32Array.from(rows)), startSeconds: start, endSeconds: end };
}

function codeOf(names: readonly string[], name: string | undefined, what: string): number | null {
  if (name === undefined) return null;
  const code = names.findIndex((known) => known.toLowerCase() === name.toLowerCase());
  if (code < 0) throw new InputError(`${what} must be one of ${names.join(', ')} in this trace, got "${name}"`);
  return code;
}
