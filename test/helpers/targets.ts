import { poisson, seededRandom } from '../../src/base/index.js';
import type { TargetSeries } from '../../src/load/index.js';

/** A target without dates. */
export function targetFrom(values: ArrayLike<number>, binSeconds = 600): TargetSeries {
  return { name: 'requests', startEpochSeconds: null, timeZone: 'UTC', binSeconds, values: Float64Array.from(values) };
}

/** Poisson counts whose rate goes up and down once in `period` bins, between 5 and 35. */
export function wavyCounts(bins: number, period: number, seed = 1): Float64Array {
  const random = seededRandom(seed, 'wavy-counts');
  return Float64Array.from({ length: bins }, (_, i) => poisson(20 + 15 * Math.sin((2 * Math.PI * i) / period), random));
}
