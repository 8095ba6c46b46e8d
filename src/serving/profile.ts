/**
 * How long one model step takes on one GPU type, and what its memory holds. Plain data; fitted from measured points.
 *
 * Step time of a batch with `d` decoding sequences whose contexts sum to `C`, and prefill chunks:
 * see `decodeSeconds`, `prefillSeconds` and `mixedSeconds`.
 */
export interface LatencyProfile {
  readonly name: string;
  /** decode step = base + perSequence * batch + perContextToken * sum of contexts (seconds). */
  readonly decode: { readonly base: number; readonly perSequence: number; readonly perContextToken: number };
  readonly kvBytesPerToken: number;
  /** Tokens that the KV cache holds. */
  readonly kvTokensCapacity: number;
  /** Bytes per second of the KV transfer from a prefill to a decode instance. */
  readonly transferBytesPerSecond: number;
  /** Seconds from asking for an instance to its first servable request: lognormal by its median and P90. */
  readonly launchTime: { readonly median: number; readonly p90: number };
}
