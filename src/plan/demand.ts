import { quantileOf, type Forecast } from '../forecast/index.js';

/** The rate of requests to serve at each step: the one to plan for, and the expected one. */
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
 * @param forecast of the target `requests`, failed ones included
 * @param level one of QUANTILE_LEVELS
 * @param servedShare share of the requests that do not fail, and so are served
 * @throws RangeError for another level
 */
export function demandOf(forecast: Forecast, level: number, servedShare: number): Demand {
  const servedPerSecond = (count: number): number => (servedShare * count) / forecast.binSeconds;
  return {
    stepSeconds: forecast.binSeconds,
    high: quantileOf(forecast, level).map(servedPerSecond),
    expected: forecast.mean.map(servedPerSecond),
  };
}
