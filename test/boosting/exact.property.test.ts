import assert from 'node:assert/strict';
import fc from 'fast-check';
import { predict, tableOfRows, trainExact } from '../../src/boosting/index.js';

const value = fc.integer({ min: -8, max: 8 });
const examples = fc.array(fc.tuple(value, value, value), { minLength: 2, maxLength: 25 });

/** Squared error of the best two-leaf tree with leaf values -G / (H + 1) * 1, found by trying every cut of every feature. */
function bestStump(rows: [number, number, number][]): number {
  const gain = (targets: number[]): number => targets.reduce((sum, y) => sum + y, 0) ** 2 / (targets.length + 1);
  const all = gain(rows.map(([, , y]) => y));
  let best = 0;
  for (const feature of [0, 1] as const)
    for (const cut of new Set(rows.map((row) => row[feature]))) {
      const left = rows.filter((row) => row[feature] < cut).map(([, , y]) => y);
      const right = rows.filter((row) => row[feature] >= cut).map(([, , y]) => y);
      if (left.length > 0 && right.length > 0) best = Math.max(best, gain(left) + gain(right) - all);
    }
  return best;
}

describe('the exact split search', () => {
  it('finds the cut that trying every cut finds', () => {
    fc.assert(
      fc.property(examples, (rows) => {
        const table = tableOfRows(rows.map(([a, b]) => [a, b]));
        const model = trainExact(
          table,
          Float32Array.from(rows, ([, , y]) => y),
          { trees: 1, maxDepth: 1, baseScore: 0 },
        );
        const best = bestStump(rows);
        assert.ok(Math.abs(model.gain[0]! - best) <= 1e-4 * Math.max(1, best), `${model.gain[0]!} against ${best}`);
      }),
    );
  });

  it('lowers the squared error on its own rows with every tree', () => {
    fc.assert(
      fc.property(examples, (rows) => {
        const table = tableOfRows(rows.map(([a, b]) => [a, b]));
        const targets = Float32Array.from(rows, ([, , y]) => y);
        const errors = [0, 1, 5, 20].map((trees) =>
          predict(trainExact(table, targets, { trees }), table).reduce((sum, p, i) => sum + (p - targets[i]!) ** 2, 0),
        );
        errors.slice(1).forEach((error, i) => assert.ok(error <= errors[i]! + 1e-3, errors.join(' ')));
      }),
      { numRuns: 50 },
    );
  });
});
