/**
 * The load of a service in bins [start + i * binSeconds, start + (i + 1) * binSeconds). A bin without data is missing
 * (`observed` 0), which is never the same as a load of 0. The sums of a missing bin are 0 and mean nothing.
 */
export interface LoadSeries {
  /** Unix time of the first bin's start, or null where there are no dates. */
  readonly startEpochSeconds: number | null;
  readonly timeZone: string;
  readonly binSeconds: number;
  /** Where there are no dates: the second of the file's own clock at which the first bin starts, so that hours are kept; left out: 0. */
  readonly startSeconds?: number;
  /** Requests per bin, failed ones included. */
  readonly requests: Float64Array;
  /** Sum of prompt tokens per bin. */
  readonly promptTokens: Float64Array;
  /** Sum of response tokens per bin. */
  readonly outputTokens: Float64Array;
  /** 1 where the bin was observed, 0 where it is missing. */
  readonly observed: Uint8Array;
}

/** One column to forecast: what a Forecaster fits. Missing bins are NaN. */
export interface TargetSeries {
  readonly name: string;
  readonly startEpochSeconds: number | null;
  readonly timeZone: string;
  readonly binSeconds: number;
  /** As in LoadSeries. */
  readonly startSeconds?: number;
  readonly values: Float64Array;
  /** Days of the zone's calendar, `YYYY-MM-DD`, that are like no other; left out: nothing is known of holidays. Dated series only. */
  readonly holidays?: readonly string[];
  /** Requests behind each value where values are means over them; left out: values count alike. */
  readonly weights?: Float64Array;
}

/** What can be forecast from a LoadSeries. */
export type TargetName = 'requests' | 'promptTokens' | 'outputTokens' | 'meanTokens';
