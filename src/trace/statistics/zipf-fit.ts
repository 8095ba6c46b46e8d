import { mean, quantileOfSorted } from '../../base/index.js';
import type { ZipfLengths } from '../generator/index.js';

/** Exponents outside of this are no length distribution. */
const LEAST_EXPONENT = -1;
const MOST_EXPONENT = 6;

/**
 * The exponent θ of a Zipf law between the shortest and the longest length, by maximum likelihood under the law that the generator
 * draws from: weight l^-θ, spread over [l, l + 1). Null where all lengths are alike or there are none.
 *
 * @param sorted lengths of at least 1, ascending
 * @source BurstGPT 3.3, 4.3
 */
export function fitZipf(sorted: Uint32Array): ZipfLengths | null {
  return fitUpTo(sorted, sorted.at(-1) ?? 0);
}

/**
 * As `fitZipf`, but the law may end before the longest length, where that brings its mean closer to the sample's: a few far longer
 * requests would make a law of many long ones. Of the lengths above the end only their share in the mean counts.
 */
export function fitZipfWithMean(sorted: Uint32Array): ZipfLengths | null {
  const wanted = mean(sorted);
  const ends = END_LEVELS.map((level) => Math.round(quantileOfSorted(sorted, level)));
  const laws = [...new Set(ends)].flatMap((end) => fitUpTo(sorted, end) ?? []);
  const distance = (law: ZipfLengths): number => Math.abs(meanOfZipf(law) - wanted);
  return laws.reduce<ZipfLengths | null>((best, law) => (best && distance(best) <= distance(law) ? best : law), null);
}

/** Shares of the lengths that may lie within the law; all, first. */
const END_LEVELS = [1, 0.9995, 0.998, 0.995, 0.99, 0.98, 0.96, 0.93, 0.9];

/** The mean of the lengths that a law gives. */
export function meanOfZipf({ exponent, least, most }: ZipfLengths): number {
  return massBetween(least, most + 1, exponent - 1) / massBetween(least, most + 1, exponent) - 0.5;
}

function fitUpTo(sorted: Uint32Array, most: number): ZipfLengths | null {
  const first = sorted.findIndex((length) => length > 0);
  if (first < 0) return null;
  const least = sorted[first]!;
  if (least >= most) return null;
  const lengths: number[] = [];
  const counts: number[] = [];
  for (let i = first; i < sorted.length && sorted[i]! <= most; i++) {
    if (sorted[i] === lengths.at(-1)) counts[counts.length - 1]!++;
    else {
      lengths.push(sorted[i]!);
      counts.push(1);
    }
  }
  const cost = (exponent: number): number => {
    const total = Math.log(massBetween(least, most + 1, exponent));
    return lengths.reduce(
      (sum, length, i) => sum + counts[i]! * (total - Math.log(massBetween(length, length + 1, exponent))),
      0,
    );
  };
  return { exponent: lowestPoint(cost, LEAST_EXPONENT, MOST_EXPONENT), least, most };
}

/** ∫ l^-θ dl. */
function massBetween(from: number, to: number, exponent: number): number {
  const power = 1 - exponent;
  return Math.abs(power) < 1e-9 ? Math.log(to / from) : (to ** power - from ** power) / power;
}

/** Where a function with one valley is lowest, by golden sections. */
function lowestPoint(cost: (at: number) => number, from: number, to: number): number {
  const golden = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [from, to];
  let [left, right] = [high - golden * (high - low), low + golden * (high - low)];
  let [costLeft, costRight] = [cost(left), cost(right)];
  while (high - low > 1e-6) {
    if (costLeft < costRight) {
      [high, right, costRight] = [right, left, costLeft];
      left = high - golden * (high - low);
      costLeft = cost(left);
    } else {
      [low, left, costLeft] = [left, right, costRight];
      right = low + golden * (high - low);
      costRight = cost(right);
    }
  }
  return (low + high) / 2;
}
