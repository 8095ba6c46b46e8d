import { coverage, measure, QUANTILE_LEVELS, quantileOf, type Forecast } from '../../forecast/index.js';
import type { LiveAccuracy } from './learner-types.js';

/** Forecasts of the next bin beside what came, the newest last. */
export interface Track {
  readonly actual: number[];
  readonly mean: number[];
  /** Each of QUANTILE_LEVELS, in their order. */
  readonly quantiles: readonly number[][];
}

/** Bins over which live accuracy is told: a day of minutes. */
const MOST_BINS = 1440;

/** A track of nothing. */
export function emptyTrack(): Track {
  return { actual: [], mean: [], quantiles: QUANTILE_LEVELS.map(() => []) };
}

/** Notes what came of a forecast; a missing bin (NaN) says nothing. */
export function noteOutcome({ actual, mean, quantiles }: Track, forecast: Forecast, value: number): void {
  if (Number.isNaN(value)) return;
  actual.push(value);
  mean.push(forecast.mean[0]!);
  QUANTILE_LEVELS.forEach((level, place) => quantiles[place]!.push(quantileOf(forecast, level)[0]!));
  if (actual.length > MOST_BINS) for (const column of [actual, mean, ...quantiles]) column.shift();
}

/**
 * The track's measures; null while it is empty.
 *
 * @param level of the forecast that is planned for, one of QUANTILE_LEVELS: its coverage is told
 */
export function accuracyOf({ actual, mean, quantiles }: Track, level: number): LiveAccuracy | null {
  if (actual.length === 0) return null;
  const { scoredBins, nmae, nmse, bias } = measure(actual, mean);
  const planned = quantiles[QUANTILE_LEVELS.findIndex((one) => one === level)]!;
  return { bins: scoredBins, nmae, nmse, bias, coverage: coverage(actual, planned) };
}
