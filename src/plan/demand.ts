import { QUANTILE_LEVELS, type Forecast } from '../forecast/index.js';

/** The request rate to plan for at each step, and what is expected. */
export interface Demand {
  readonly stepSeconds: number;
  /** Requests per second to be ready for: the planning quantile. */
  readonly high: Float64Array;
  /** Expected requests per second. */
  readonly expected: Float64Array;
}

/**
 * Rates per step from a forecast of request counts per bin.
 *
 * @param forecast of the target `requests`
 * @param level one of QUANTILE_LEVELS
 * @throws RangeError for another level
 */
export function demandOf(forecast: Forecast, level: number): Demand {
  const row = QUANTILE_LEVELS.indexOf(level as (typeof QUANTILE_LEVELS)[number]);
  if (row < 0) throw new RangeError(`Cannot plan: quantile must be one of ${QUANTILE_LEVELS.join(', ')}, got ${level}`);
  const steps = forecast.mean.length;
  const perSecond = (value: number): number => value / forecast.binSeconds;
  return {
    stepSeconds: forecast.binSeconds,
    high: forecast.quantiles.slice(row * steps, (row + 1) * steps).map(perSecond),
    expected: forecast.mean.map(perSecond),
  };
}
