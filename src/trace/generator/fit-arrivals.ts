import { mean, quantileOfSorted, variance } from '../../base/index.js';
import { observedSpan } from '../slice.js';
import { burstinessWindows, type BurstinessWindow } from '../statistics/burstiness-windows.js';
import { trigamma } from '../statistics/gamma-functions.js';
import type { Trace } from '../trace.js';
import { fitRegimes, regimesIn } from './fit-regimes.js';
import type { LogNormal, ServiceModel, Wander } from './model.js';

const DAY = 86400;
const HOUR = 3600;

/** What `fitArrivals` must know besides the arrivals. */
export interface ArrivalFitOptions {
  readonly windowSeconds: number;
  readonly firstWeekday: number;
  readonly isWholeSeconds: boolean;
}

/** The course of one service's load: profile, wandering, burstiness, regimes. */
export function fitArrivals(
  trace: Trace,
  options: ArrivalFitOptions,
): Pick<ServiceModel, 'hourly' | 'wander' | 'burstiness' | 'bursts'> {
  const { windowSeconds } = options;
  const counts = countsOf(trace, windowSeconds);
  const regimes = regimesIn(counts);
  const inRegime = new Uint8Array(counts.length);
  for (const { from, to } of regimes) inRegime.fill(1, from, to);
  const hourly = profileOf(counts, inRegime, options);
  const fits = burstinessWindows(trace.arrival, options.isWholeSeconds);
  const isQuiet = ({ startSeconds }: BurstinessWindow): boolean =>
    inRegime[Math.round(startSeconds / windowSeconds)] !== 1;
  const burstiness = shapeLaw(fits.filter(isQuiet));
  const expected = counts.map((_, window) => expectedAt(hourly, window, options));
  return {
    hourly,
    wander: wanderOf(counts, expected, inRegime, 1 / burstiness.median),
    burstiness,
    bursts: fitRegimes(counts, regimes, windowSeconds, shapeLaw(fits.filter((fit) => !isQuiet(fit)))),
  };
}

/** Requests in each whole window of the observed span; NaN in those that it does not cover. */
function countsOf(trace: Trace, windowSeconds: number): Float64Array {
  const { start, end } = observedSpan(trace);
  const counts = new Float64Array(Math.max(1, Math.ceil(end / windowSeconds - 1e-9)));
  for (const at of trace.arrival) counts[Math.min(counts.length - 1, Math.floor(at / windowSeconds))]!++;
  return counts.map((count, window) =>
    window * windowSeconds < start - 1 || (window + 1) * windowSeconds > end + 1 ? NaN : count,
  );
}

function hourAndKind(
  window: number,
  { windowSeconds, firstWeekday }: ArrivalFitOptions,
): [number, 'weekday' | 'weekend'] {
  const middle = (window + 0.5) * windowSeconds;
  const isWeekend = (firstWeekday + Math.floor(middle / DAY)) % 7 >= 5;
  return [Math.floor(middle / HOUR) % 24, isWeekend ? 'weekend' : 'weekday'];
}

function expectedAt(hourly: ServiceModel['hourly'], window: number, options: ArrivalFitOptions): number {
  const [hour, kind] = hourAndKind(window, options);
  return (hourly[kind][hour]! * options.windowSeconds) / HOUR;
}

function profileOf(counts: Float64Array, inRegime: Uint8Array, options: ArrivalFitOptions): ServiceModel['hourly'] {
  const sums = { weekday: new Float64Array(24), weekend: new Float64Array(24) };
  const seen = { weekday: new Uint32Array(24), weekend: new Uint32Array(24) };
  counts.forEach((count, window) => {
    if (Number.isNaN(count) || inRegime[window] === 1) return;
    const [hour, kind] = hourAndKind(window, options);
    sums[kind][hour]! += count;
    seen[kind][hour]!++;
  });
  const perHour = HOUR / options.windowSeconds;
  const known = (kind: 'weekday' | 'weekend', hour: number): number | null =>
    seen[kind][hour]! > 0 ? (sums[kind][hour]! / seen[kind][hour]!) * perHour : null;
  const all = counts.filter((count, window) => !Number.isNaN(count) && inRegime[window] !== 1);
  const overall = all.length > 0 ? mean(all) * perHour : 0;
  const hours = (kind: 'weekday' | 'weekend', other: 'weekday' | 'weekend'): number[] =>
    Array.from({ length: 24 }, (_, hour) => Number((known(kind, hour) ?? known(other, hour) ?? overall).toFixed(3)));
  return { weekday: hours('weekday', 'weekend'), weekend: hours('weekend', 'weekday') };
}

/** Windows with fewer gaps than this say too little of their shape to tell how shapes spread. */
const ENOUGH_GAPS = 50;

/** The log-normal law of window shapes, less what their own uncertainty adds to the spread. */
function shapeLaw(fits: readonly BurstinessWindow[]): LogNormal {
  const enough = fits.filter(({ gaps }) => gaps >= ENOUGH_GAPS);
  const laws = (enough.length >= 3 ? enough : fits).flatMap(({ likelihood, gaps }) =>
    likelihood ? [{ shape: likelihood.shape, gaps }] : [],
  );
  if (laws.length === 0) return { median: 1, logDeviation: 0 };
  const logs = Float64Array.from(laws, ({ shape }) => Math.log(shape)).sort();
  // the variance of ln α̂ by the Fisher information of the Gamma law
  const own = mean(laws.map(({ shape, gaps }) => 1 / (gaps * shape * (shape * trigamma(shape) - 1))));
  const spread = laws.length > 1 ? Math.max(0, variance(logs) - own) : 0;
  return { median: Math.exp(quantileOfSorted(logs, 0.5)), logDeviation: Math.sqrt(spread) };
}

/**
 * How windows stray from their hour, beyond what renewal noise of dispersion `cv2` explains: the variance and the lag-one
 * covariance of a factor of mean 1, by moments.
 */
function wanderOf(counts: Float64Array, expected: Float64Array, inRegime: Uint8Array, cv2: number): Wander {
  let [squares, weights, products, pairs] = [0, 0, 0, 0];
  let before = NaN;
  for (let window = 0; window < counts.length; window++) {
    const centre = expected[window]!;
    const off = inRegime[window] === 1 ? NaN : counts[window]! - centre;
    if (!Number.isNaN(off)) {
      squares += off * off - centre * cv2;
      weights += centre * centre;
      if (!Number.isNaN(before)) {
        products += off * before;
        pairs += centre * expected[window - 1]!;
      }
    }
    before = off;
  }
  const factorVariance = weights > 0 ? Math.max(0, squares / weights) : 0;
  if (factorVariance === 0) return { logDeviation: 0, correlation: 0 };
  const logVariance = Math.log(1 + factorVariance);
  const covariance = pairs > 0 ? products / pairs : 0;
  const correlation = Math.log(1 + Math.max(0, covariance)) / logVariance;
  return { logDeviation: Math.sqrt(logVariance), correlation: Math.min(0.99, correlation) };
}
