import type { Trace } from '../trace/index.js';

/** A trace of unit rate at another rate: the same requests in the same order, every arrival divided by the rate. */
export function atRate(unitTrace: Trace, rate: number): Trace {
  if (!(rate > 0 && rate < Infinity))
    throw new RangeError(`Cannot set the rate of a trace: it must be above 0, got ${rate}`);
  const arrival = unitTrace.arrival.map((at) => at / rate);
  const { startSeconds = 0, endSeconds = unitTrace.arrival.at(-1) ?? 0 } = unitTrace;
  return { ...unitTrace, arrival, startSeconds: startSeconds / rate, endSeconds: endSeconds / rate };
}
