import { hoursOfBins, type TargetSeries } from '../../load/index.js';
import type { Forecast, Forecaster } from '../forecaster.js';
import { checkSameKind } from './continue-series.js';
import type { StoredModel } from './model-folder.js';

/** A model of another service at work on one's own: `forecast` is in the units and at the moments of one's own series. */
export interface Adopted {
  /** What one's own values are multiplied by before the model sees them. */
  readonly scale: number;
  readonly forecast: (steps: number) => Forecast;
}

/**
 * Lends a stored model to another service's series: the series is brought to the level that the model was trained at, and appended after
 * what the model knows at the same time of day. So the model's rhythm and weights serve from the first bin, and what it
 * learns online from then on is the series' own.
 *
 * @throws InputError when the model forecasts another target or bin
 */
export function adoptSeries({ forecaster, manifest }: StoredModel, target: TargetSeries, source: string): Adopted {
  checkSameKind(manifest, target, source);
  const scale = scaleFor(target.values, manifest.trainedOn.mean ?? 1);
  forecaster.update(new Float64Array(missingBinsToSameTime(manifest, target)).fill(NaN));
  forecaster.update(target.values.map((value) => value * scale));
  return { scale, forecast: (steps) => inOwnUnits(forecaster, target, scale, steps) };
}

function scaleFor(values: Float64Array, level: number): number {
  let mean = 0;
  let observed = 0;
  for (const value of values) if (!Number.isNaN(value)) mean += (value - mean) / ++observed;
  const scale = level / mean;
  return scale > 0 && Number.isFinite(scale) ? scale : 1;
}

/** Bins to leave out after the model's last, so that the next has the hour (and place in it) of the series' first. */
function missingBinsToSameTime(manifest: StoredModel['manifest'], target: TargetSeries): number {
  const { startEpochSeconds, timeZone, binSeconds } = manifest.target;
  const modelEnd = { startEpochSeconds, timeZone, binSeconds, startSeconds: manifest.trainedOn.toSeconds };
  const behind = secondOfDay(target) - secondOfDay({ name: '', values: new Float64Array(0), ...modelEnd });
  return Math.floor((((behind % 86400) + 86400) % 86400) / binSeconds);
}

function secondOfDay(series: TargetSeries): number {
  const { hour } = hoursOfBins(series, 0, 1);
  const moment = (series.startEpochSeconds ?? 0) + (series.startSeconds ?? 0);
  return hour[0]! * 3600 + (((moment % 3600) + 3600) % 3600);
}

function inOwnUnits(forecaster: Forecaster, target: TargetSeries, scale: number, steps: number): Forecast {
  const forecast = forecaster.forecast(steps);
  const { startEpochSeconds, startSeconds = 0, binSeconds, values } = target;
  const own = (values: Float64Array): Float64Array => values.map((value) => value / scale);
  return {
    ...forecast,
    startEpochSeconds:
      startEpochSeconds === null ? null : startEpochSeconds + startSeconds + values.length * binSeconds,
    mean: own(forecast.mean),
    quantiles: own(forecast.quantiles),
    residuals: own(forecast.residuals),
  };
}
