import type { TargetSeries } from '../load/index.js';

/** The levels at which every forecast gives quantiles, ascending. */
export const QUANTILE_LEVELS = [0.5, 0.8, 0.9, 0.95, 0.99] as const;

/** What is expected of the next bins after the origin. Never negative; quantiles never decrease with their level. */
export interface Forecast {
  /** Unix time of the origin (the end of the last observed bin), or null where there are no dates. */
  readonly startEpochSeconds: number | null;
  readonly binSeconds: number;
  /** Expected value per step. */
  readonly mean: Float64Array;
  /** [levels of QUANTILE_LEVELS x steps], row-major by level. */
  readonly quantiles: Float64Array;
  /** Past errors, [past origins x steps] row-major, in units of `mean`: whole rows are drawn as joint scenarios over the steps. */
  readonly residuals: Float64Array;
}

/**
 * A model of one target. `fit` learns everything from the series; `update` appends bins that came later without refitting;
 * `forecast` looks from the end of what it has seen. It never sees the future, and no missing bin becomes 0.
 */
export interface Forecaster {
  readonly name: string;
  fit(target: TargetSeries): void;
  /** @param values the next bins in order, NaN where missing */
  update(values: ArrayLike<number>): void;
  /** @param steps bins ahead, 1 to the horizon the model was made for */
  forecast(steps: number): Forecast;
  save(): Uint8Array;
  restore(bytes: Uint8Array): void;
}
