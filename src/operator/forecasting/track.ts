import { coverage, measure, quantileOf, type Forecast } from '../../forecast/index.js';
import type { LiveAccuracy } from './learner-types.js';

/** Forecasts of the next bin beside what came, the newest last. */
export interface Track {
  readonly actual: number[];
  readonly mean: number[];
  readonly p90: number[];
}

/** Bins over which live accuracy is told: a day of minutes. */
const MOST_BINS = 1440;

/** A track of nothing. */
export function emptyTrack(): Track {
  return { actual: [], mean: [], p90: [] };
}

/** Notes what came of a forecast; a missing bin (NaN) says nothing. */
export function noteOutcome({ actual, mean, p90 }: Track, forecast: Forecast, value: number): void {
  if (Number.isNaN(value)) return;
  actual.push(value);
  mean.push(forecast.mean[0]!);
  p90.push(quantileOf(forecast, 0.9)[0]!);
  if (actual.length > MOST_BINS) for (const column of [actual, mean, p90]) column.shift();
}

/** The track's measures; null while it is empty. */
export function accuracyOf({ actual, mean, p90 }: Track): LiveAccuracy | null {
  if (actual.length === 0) return null;
  const { scoredBins, nmae, nmse, bias } = measure(actual, mean);
  return { bins: scoredBins, nmae, nmse, bias, coverage: coverage(actual, p90) };
}
