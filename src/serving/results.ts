/** What became of each request. */
export const Outcome = {
  /** Not offered, or still on its way. */
  open: 0,
  finished: 1,
  /** Refused: longer than the model's positions. */
  tooLongForModel: 2,
  /** Refused: longer than the whole KV cache. */
  tooLongForCache: 3,
  /** Failed in the trace itself (0 output tokens): never simulated, and not attempted. */
  failedInTrace: 4,
  /** Had no first token when its timeout, counted from its arrival, was over. */
  timedOut: 5,
  /** Was on an instance that failed. */
  lost: 6,
} as const;

/** Columns by request of the trace; times in seconds, NaN where there is none. */
export interface ResultColumns {
  /** Arrival to first token. */
  readonly ttft: Float64Array;
  /** (Last - first token) / (output tokens - 1); NaN also for a response of one token. */
  readonly tpot: Float64Array;
  /** Arrival to last token. */
  readonly e2e: Float64Array;
  /** One of `Outcome`. */
  readonly outcome: Uint8Array;
  /** Requests in the order in which they finished (within one call of `advanceCluster` not exactly), of which `finished` count. */
  readonly finishOrder: Int32Array;
  finished: number;
  /** Latest end of a request. */
  lastEnd: number;
  /** Moments to which the simulation was advanced, and how many requests had finished by each. */
  readonly marks: { readonly at: number[]; readonly finished: number[] };
}

/** Columns for so many requests, all open. */
export function openResults(count: number): ResultColumns {
  return {
    ttft: new Float64Array(count).fill(NaN),
    tpot: new Float64Array(count).fill(NaN),
    e2e: new Float64Array(count).fill(NaN),
    outcome: new Uint8Array(count),
    finishOrder: new Int32Array(count),
    finished: 0,
    lastEnd: -Infinity,
    marks: { at: [], finished: [] },
  };
}
