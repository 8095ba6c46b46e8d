import { fromZero, observedSpan, type Trace } from '../../trace/index.js';

/** The requests to send, in order of time; columns of equal length. */
export interface ReplayPlan {
  /** Seconds after the start of the replay. */
  readonly at: Float64Array;
  /** At least 1: an empty prompt still has its start token. */
  readonly promptTokens: Uint32Array;
  readonly outputTokens: Uint32Array;
  /** Length of the replayed window. */
  readonly seconds: number;
  /** Requests of the trace that failed in it, and are not sent. */
  readonly leftOut: number;
}

/** What to send to replay a trace: all but its failed requests, from its observed span's start on. */
export function planReplay(trace: Trace): ReplayPlan {
  const { arrival, promptTokens, outputTokens } = fromZero(trace);
  const rows = Array.from(arrival.keys()).filter((row) => outputTokens[row]! > 0);
  const { start, end } = observedSpan(trace);
  return {
    at: Float64Array.from(rows, (row) => arrival[row]!),
    promptTokens: Uint32Array.from(rows, (row) => Math.max(1, promptTokens[row]!)),
    outputTokens: Uint32Array.from(rows, (row) => outputTokens[row]!),
    seconds: end - start,
    leftOut: arrival.length - rows.length,
  };
}
