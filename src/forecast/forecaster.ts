import type { Random } from '../base/index.js';
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

/** Whether a member of an ensemble counts at the moment, and why. */
export interface MemberStanding {
  readonly name: string;
  readonly isBenched: boolean;
  readonly reason: string;
}

/**
 * A model of one target. `fit` learns everything from the series; `update` appends bins that came later without refitting;
 * `forecast` looks from the end of what it has seen. It never sees the future, and no missing bin becomes 0.
 */
export interface Forecaster {
  readonly name: string;
  /**
   * Forgets what it knew and learns from `target`, be it one bin long. Asynchronous because networks train so; all else is not.
   *
   * @throws RangeError when a value is negative or infinite
   */
  fit(target: TargetSeries): Promise<void>;
  /**
   * @param values the next bins in order, NaN where missing
   * @param weights requests behind each, where values are means over them
   */
  update(values: ArrayLike<number>, weights?: ArrayLike<number>): void;
  /**
   * @param steps bins ahead, 1 to the horizon the model was made for
   * @throws NotReadyError while no bin was observed
   */
  forecast(steps: number): Forecast;
  /** Of an ensemble that benches members (`benchWindow`): how each stands, since the fit; left out or empty: there are none. */
  members?(): readonly MemberStanding[];
  save(): Uint8Array;
  /** @throws InputError when the bytes are not from a forecaster of this name and horizon */
  restore(bytes: Uint8Array): void;
}

/**
 * The quantile of every step at one of QUANTILE_LEVELS.
 *
 * @throws RangeError at another level
 */
export function quantileOf(forecast: Forecast, level: number): Float64Array {
  const index = QUANTILE_LEVELS.findIndex((known) => known === level);
  if (index < 0)
    throw new RangeError(`Cannot give a quantile: level must be one of ${QUANTILE_LEVELS.join(', ')}, got ${level}`);
  const steps = forecast.mean.length;
  return forecast.quantiles.slice(index * steps, (index + 1) * steps);
}

/**
 * Futures that might come, [count x steps] row-major, never negative: each is the mean plus the errors of one past origin,
 * taken whole, so that steps are as alike as they were.
 */
export function scenariosOf(forecast: Forecast, count: number, random: Random): Float64Array {
  const steps = forecast.mean.length;
  const origins = forecast.residuals.length / steps;
  const scenarios = new Float64Array(count * steps);
  for (let scenario = 0; scenario < count; scenario++) {
    const origin = Math.floor(random() * origins);
    for (let step = 0; step < steps; step++)
      scenarios[scenario * steps + step] = Math.max(
        0,
        forecast.mean[step]! + forecast.residuals[origin * steps + step]!,
      );
  }
  return scenarios;
}
