/** Bounds that a request must meet, each in seconds and each optional, and the share of requests that must meet them all. */
export interface Slo {
  /** Arrival to first token. */
  readonly ttft?: number | undefined;
  /** (Last - first token) / (output tokens - 1). A response of one token has none and meets it. */
  readonly tpot?: number | undefined;
  /** Arrival to last token. */
  readonly e2e?: number | undefined;
  /** Share of attempted requests in (0, 1]; 0.9 unless said. */
  readonly attainment: number;
}
