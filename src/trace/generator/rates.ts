import { normal, type Random } from '../../base/index.js';
import type { GeneratorModel, ServiceModel } from './model.js';

const DAY = 86400;
const HOUR = 3600;

/**
 * Expected requests in each window of a service's periodic load: the hour's mean, times a log-normal factor of mean 1 that
 * wanders from window to window.
 */
export function windowCounts(model: GeneratorModel, service: ServiceModel, days: number, random: Random): Float64Array {
  const { windowSeconds, firstWeekday } = model;
  const { logDeviation, correlation } = service.wander;
  const windows = Math.ceil((days * DAY) / windowSeconds);
  const counts = new Float64Array(windows);
  let wander = normal(random);
  for (let window = 0; window < windows; window++) {
    const middle = (window + 0.5) * windowSeconds;
    const isWeekend = (firstWeekday + Math.floor(middle / DAY)) % 7 >= 5;
    const profile = isWeekend ? service.hourly.weekend : service.hourly.weekday;
    const factor = Math.exp(logDeviation * wander - (logDeviation * logDeviation) / 2);
    counts[window] = profile[Math.floor(middle / HOUR) % 24]! * (windowSeconds / HOUR) * factor;
    wander = correlation * wander + Math.sqrt(1 - correlation * correlation) * normal(random);
  }
  return counts;
}

/** A log-normal draw with the given median. */
export function logNormal(median: number, logDeviation: number, random: Random): number {
  return median * Math.exp(logDeviation * normal(random));
}
