import { mean, quantileOfSorted, variance } from '../../base/index.js';
import type { BurstModel, LogNormal } from './model.js';

/** Windows from `from` up to, not including, `to`. */
export interface Regime {
  readonly from: number;
  readonly to: number;
}

/** A window is in a regime when it has so many times the requests of a usual one, and at least so many. */
const TIMES_USUAL = 10;
const FEWEST_REQUESTS = 15;

/**
 * Runs of windows with far more requests than usual (the median window); one window between two of them
 * belongs to the run.
 *
 * @param counts requests per window, NaN where unknown
 */
export function regimesIn(counts: Float64Array): Regime[] {
  const known = counts.filter((count) => !Number.isNaN(count)).sort();
  const bound = Math.max(FEWEST_REQUESTS, TIMES_USUAL * (known.length > 0 ? quantileOfSorted(known, 0.5) : 0));
  const regimes: { from: number; to: number }[] = [];
  counts.forEach((count, window) => {
    if (!(count >= bound)) return;
    const last = regimes.at(-1);
    if (last && window - last.to <= 1) last.to = window + 1;
    else regimes.push({ from: window, to: window + 1 });
  });
  return regimes;
}

/** The law of regimes; null where there are none. */
export function fitRegimes(
  counts: Float64Array,
  regimes: readonly Regime[],
  windowSeconds: number,
  burstiness: LogNormal,
): BurstModel | null {
  if (regimes.length === 0) return null;
  const days = (counts.filter((count) => !Number.isNaN(count)).length * windowSeconds) / 86400;
  const rates = regimes.map(({ from, to }) => mean(counts.slice(from, to)));
  const strays = regimes.flatMap(({ from, to }, i) =>
    Array.from(counts.slice(from, to), (count) => Math.log(Math.max(count, 0.5) / rates[i]!)),
  );
  return {
    perDay: regimes.length / days,
    hours: lawOf(regimes.map(({ from, to }) => ((to - from) * windowSeconds) / 3600)),
    requestsPerHour: lawOf(rates.map((rate) => (rate * 3600) / windowSeconds)),
    wander: { logDeviation: strays.length > 1 ? Math.sqrt(variance(strays)) : 0, correlation: 0.5 },
    burstiness,
  };
}

function lawOf(values: readonly number[]): LogNormal {
  const logs = Float64Array.from(values, Math.log).sort();
  return { median: Math.exp(mean(logs)), logDeviation: logs.length > 1 ? Math.sqrt(variance(logs)) : 0 };
}
