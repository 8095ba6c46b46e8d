import type { Random } from './random.js';

/** A draw from the exponential distribution with mean 1. */
export function exponential(random: Random): number {
  return -Math.log(1 - random());
}

/** A draw from the standard normal distribution (polar method, one of its two values). */
export function normal(random: Random): number {
  for (;;) {
    const u = 2 * random() - 1;
    const v = 2 * random() - 1;
    const s = u * u + v * v;
    if (s > 0 && s < 1) return u * Math.sqrt((-2 * Math.log(s)) / s);
  }
}

/**
 * A draw from the Gamma distribution with the given shape and scale 1, so that mean and variance equal `shape`
 * (Marsaglia and Tsang 2000; shapes below 1 by their boost).
 *
 * @throws RangeError when `shape` is not above 0
 */
export function gamma(shape: number, random: Random): number {
  if (!(shape > 0)) throw new RangeError(`Cannot draw from Gamma: shape must be above 0, got ${shape}`);
  if (shape < 1) return gamma(shape + 1, random) * Math.pow(1 - random(), 1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(random);
    const v = Math.pow(1 + c * x, 3);
    if (v > 0 && Math.log(1 - random()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** A draw from the Poisson distribution. Exact: by products below a mean of 30, else split by a Gamma draw (Ahrens and Dieter). */
export function poisson(mean: number, random: Random): number {
  if (!(mean >= 0)) throw new RangeError(`Cannot draw from Poisson: mean must be at least 0, got ${mean}`);
  let count = 0;
  let rest = mean;
  while (rest > 30) {
    const half = Math.floor(rest * 0.875);
    const at = gamma(half, random);
    if (at > rest) return count + binomial(half - 1, rest / at, random);
    count += half;
    rest -= at;
  }
  const limit = Math.exp(-rest);
  for (let product = 1 - random(); product > limit; product *= 1 - random()) count++;
  return count;
}

function binomial(trials: number, probability: number, random: Random): number {
  let hits = 0;
  for (let i = 0; i < trials; i++) if (random() < probability) hits++;
  return hits;
}

/**
 * The largest index whose cumulative weight does not exceed the point, that is a draw with probabilities proportional to
 * the steps of `cumulative`.
 *
 * @param cumulative non-decreasing running sums, the last one above 0
 */
export function drawIndex(cumulative: ArrayLike<number>, random: Random): number {
  const point = random() * cumulative[cumulative.length - 1]!;
  let low = 0;
  let high = cumulative.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (cumulative[middle]! > point) high = middle;
    else low = middle + 1;
  }
  return low;
}
