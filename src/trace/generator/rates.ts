import { normal, type Random } from '../../base/index.js';
import type { GeneratorModel, LogNormal, ServiceModel, Wander } from './model.js';

const DAY = 86400;
const HOUR = 3600;

/** Expected requests in each window of a service's periodic load: the hour's mean, times a factor that wanders. */
export function periodicCounts(
  model: GeneratorModel,
  service: ServiceModel,
  windows: number,
  random: Random,
): Float64Array {
  const { windowSeconds, firstWeekday } = model;
  const factor = wandering(service.wander, random);
  return Float64Array.from({ length: windows }, (_, window) => {
    const middle = (window + 0.5) * windowSeconds;
    const isWeekend = (firstWeekday + Math.floor(middle / DAY)) % 7 >= 5;
    const profile = isWeekend ? service.hourly.weekend : service.hourly.weekday;
    return profile[Math.floor(middle / HOUR) % 24]! * (windowSeconds / HOUR) * factor();
  });
}

/** A factor of mean 1 for one window after another. */
export function wandering({ logDeviation, correlation }: Wander, random: Random): () => number {
  let state = normal(random);
  return () => {
    const factor = Math.exp(logDeviation * state - (logDeviation * logDeviation) / 2);
    state = correlation * state + Math.sqrt(1 - correlation * correlation) * normal(random);
    return factor;
  };
}

/** A draw from a log-normal law. */
export function logNormal({ median, logDeviation }: LogNormal, random: Random): number {
  return median * Math.exp(logDeviation * normal(random));
}

/** The mean of a log-normal law. */
export function meanOfLogNormal({ median, logDeviation }: LogNormal): number {
  return median * Math.exp((logDeviation * logDeviation) / 2);
}
