import { gamma, type Random } from '../base/index.js';

/**
 * Writes `count` arrivals within [from, from + width), ascending, to `into` from place `at` on. Gaps are Gamma: their
 * coefficient of variation is 1 / √shape before they are stretched to fill the span, which keeps the count exact.
 *
 * @param shape above 0; 1 gives uniform arrivals, as a Poisson process has them
 */
export function drawArrivals(
  into: Float64Array,
  at: number,
  count: number,
  from: number,
  width: number,
  shape: number,
  random: Random,
): void {
  let sum = 0;
  for (let i = 0; i < count; i++) into[at + i] = sum += gamma(shape, random);
  // The gaps close a circle that starts at a random point: so no burst keeps away from the edges of the span.
  const offset = random() * sum;
  for (let i = 0; i < count; i++) into[at + i] = from + (((into[at + i]! + offset) % sum) / sum) * width;
  into.subarray(at, at + count).sort();
}
