import { exponential, InputError, type Random } from '../base/index.js';
import type { Trace } from '../trace/index.js';

/** A trace of unit rate at another rate: the same requests in the same order, every arrival divided by the rate. */
export function atRate(unitTrace: Trace, rate: number): Trace {
  if (!(rate > 0 && rate < Infinity))
    throw new RangeError(`Cannot set the rate of a trace: it must be above 0, got ${rate}`);
  const arrival = unitTrace.arrival.map((at) => at / rate);
  const { startSeconds = 0, endSeconds = unitTrace.arrival.at(-1) ?? 0 } = unitTrace;
  return { ...unitTrace, arrival, startSeconds: startSeconds / rate, endSeconds: endSeconds / rate };
}

/**
 * Requests drawn from a trace's served ones, each as likely as another, with Poisson arrivals at unit rate.
 *
 * @param count how many
 * @throws InputError when the trace has no served request
 */
export function poissonUnitTrace(trace: Trace, count: number, random: Random): Trace {
  const served = trace.outputTokens.reduce<number[]>((rows, tokens, row) => (tokens > 0 && rows.push(row), rows), []);
  if (served.length === 0) throw new InputError('the trace has no served requests to draw from');
  const rows = Uint32Array.from({ length: count }, () => served[Math.floor(random() * served.length)]!);
  let at = 0;
  return {
    ...trace,
    arrival: Float64Array.from({ length: count }, () => (at += exponential(random))),
    promptTokens: rows.map((row) => trace.promptTokens[row]!),
    outputTokens: rows.map((row) => trace.outputTokens[row]!),
    model: Uint8Array.from(rows, (row) => trace.model[row]!),
    service: Uint8Array.from(rows, (row) => trace.service[row]!),
    session: new Int32Array(count).fill(-1),
    elapsed: new Float32Array(count).fill(NaN),
    startSeconds: 0,
    endSeconds: at,
  };
}
