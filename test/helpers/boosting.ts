import { seededRandom } from '../../src/base/index.js';
import type { FeatureTable } from '../../src/boosting/index.js';

/** Rows of at least five uniform features and Friedman's (1991) function of the first five of them, with noise of deviation 1. */
export function friedman(rows: number, columns: number, seed: number): { table: FeatureTable; targets: Float32Array } {
  const random = seededRandom(seed, 'friedman');
  const values = Float32Array.from({ length: rows * columns }, () => random());
  const noise = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const targets = Float32Array.from({ length: rows }, (_, row) => {
    const [a, b, c, d, e] = values.subarray(row * columns, row * columns + 5) as unknown as [
      number,
      number,
      number,
      number,
      number,
    ];
    return 10 * Math.sin(Math.PI * a * b) + 20 * (c - 0.5) ** 2 + 10 * d + 5 * e + noise();
  });
  return { table: { rows, columns, values }, targets };
}

/** Root of the mean squared difference of two lists. */
export function rmse(some: ArrayLike<number>, others: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < some.length; i++) sum += (some[i]! - others[i]!) ** 2;
  return Math.sqrt(sum / some.length);
}
