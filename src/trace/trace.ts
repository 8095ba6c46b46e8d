/**
 * Requests as columns of equal length, ordered by arrival. Plain data: it crosses to worker threads as it is.
 *
 * A request whose `outputTokens` is 0 failed: it counts as load, and is never simulated or replayed.
 */
export interface Trace {
  /** Seconds from the trace's start, ascending. */
  readonly arrival: Float64Array;
  readonly promptTokens: Uint32Array;
  /** Response tokens; 0 marks a failed request. */
  readonly outputTokens: Uint32Array;
  /** Index into `modelNames`. */
  readonly model: Uint8Array;
  /** Index into `serviceNames`. */
  readonly service: Uint8Array;
  /** Number of the conversation, -1 where none is known. */
  readonly session: Int32Array;
  /** Seconds from submission to the end of the response, NaN where unknown. */
  readonly elapsed: Float32Array;
  /** False: the file tells no lengths, and all token columns hold 1. Left out: they are known. */
  readonly tokensKnown?: boolean;
  readonly modelNames: readonly string[];
  /** `conversation`, `api`, or `unknown`. */
  readonly serviceNames: readonly string[];
  /** Unix time of second 0, or null where the file has no dates. */
  readonly startEpochSeconds: number | null;
  /** IANA name of the zone whose hours and weekdays people mean. */
  readonly timeZone: string;
  /** The observed span is [startSeconds, endSeconds): a slice's bounds. Left out: from second 0. */
  readonly startSeconds?: number;
  /** Left out: to the last arrival. */
  readonly endSeconds?: number;
}

/** The columns of a trace that hold one number per request. */
export const TRACE_COLUMNS = [
  'arrival',
  'promptTokens',
  'outputTokens',
  'model',
  'service',
  'session',
  'elapsed',
] as const;

/** Number of requests, failed ones included. */
export function requestCount(trace: Trace): number {
  return trace.arrival.length;
}

/** Number of failed requests: those with a response of 0 tokens. */
export function failedCount(trace: Trace): number {
  let failed = 0;
  for (const tokens of trace.outputTokens) if (tokens === 0) failed++;
  return failed;
}
