import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  contributions,
  featureImportance,
  predictMargins,
  tableOfRows,
  trainHistogram,
  type BoostedModel,
} from '../../src/boosting/index.js';
import { friedman } from '../helpers/boosting.js';

const COLUMNS = 4;

/** Expected sum of leaves when only the features in `known` are: at other splits both sides count, by their hessians. */
function expectedSum(model: BoostedModel, row: Float32Array, known: number): number {
  const below = (node: number): number => {
    const feature = model.feature[node]!;
    if (feature < 0) return model.value[node]!;
    const [left, right] = [model.left[node]!, model.right[node]!];
    const x = row[feature]!;
    if (known & (1 << feature))
      return below(x < model.threshold[node]! || (Number.isNaN(x) && model.missingLeft[node] === 1) ? left : right);
    const share = model.cover[left]! / (model.cover[left]! + model.cover[right]!);
    return share * below(left) + (1 - share) * below(right);
  };
  return Array.from(model.treeStart.slice(0, -1)).reduce((sum, root) => sum + below(root), 0);
}

/** A feature's Shapley value by its definition: its mean gain over all orders in which features become known. */
function shapley(model: BoostedModel, row: Float32Array, feature: number): number {
  const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
  let value = 0;
  for (let known = 0; known < 1 << COLUMNS; known++) {
    if (known & (1 << feature)) continue;
    const size = known.toString(2).replaceAll('0', '').length;
    const weight = (factorial(size) * factorial(COLUMNS - size - 1)) / factorial(COLUMNS);
    value += weight * (expectedSum(model, row, known | (1 << feature)) - expectedSum(model, row, known));
  }
  return value;
}

const cell = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -4, max: 4 }) },
  { weight: 1, arbitrary: fc.constant(NaN) },
);
const rows = fc.array(fc.tuple(cell, cell, cell, cell, fc.integer({ min: 0, max: 9 })), {
  minLength: 3,
  maxLength: 30,
});

describe('contributions', () => {
  it('are the Shapley values that trying every set of features gives', () => {
    fc.assert(
      fc.property(rows, fc.constantFrom('squared', 'poisson', 'absolute'), (examples, objective) => {
        const table = tableOfRows(examples.map((example) => example.slice(0, COLUMNS)));
        const model = trainHistogram(
          table,
          examples.map((example) => example[COLUMNS]),
          { objective, trees: 3, maxDepth: 5, minChildWeight: 0.1 },
        );
        const { values } = contributions(model, table);
        for (let row = 0; row < Math.min(4, table.rows); row++)
          for (let feature = 0; feature < COLUMNS; feature++) {
            const exact = shapley(model, table.values.subarray(row * COLUMNS, (row + 1) * COLUMNS), feature);
            const found = values[row * COLUMNS + feature]!;
            assert.ok(Math.abs(found - exact) < 1e-9, `${found} against ${exact}`);
          }
      }),
      { numRuns: 60 },
    );
  });

  it('add up to the prediction', () => {
    const { table, targets } = friedman(300, 8, 31);
    for (const objective of ['squared', 'poisson'] as const) {
      const model = trainHistogram(
        table,
        targets.map((target) => Math.max(0, target)),
        { objective, trees: 30 },
      );
      const { values, expected } = contributions(model, table);
      predictMargins(model, table).forEach((margin, row) => {
        const sum = values.subarray(row * 8, row * 8 + 8).reduce((total, value) => total + value, expected);
        assert.ok(Math.abs(sum - margin) < 1e-4, `${sum} against ${margin}`);
      });
    }
  });

  it('and importance single out the features that matter', () => {
    const { table, targets } = friedman(1000, 10, 32);
    const model = trainHistogram(table, targets, { trees: 40, maxDepth: 3 });
    const { gain, count } = featureImportance(model);
    const { values } = contributions(model, table);
    const size = (feature: number): number =>
      values.reduce((sum, value, i) => sum + (i % 10 === feature ? Math.abs(value) : 0), 0);
    for (let useful = 0; useful < 5; useful++)
      for (let useless = 5; useless < 10; useless++) {
        assert.ok(gain[useful]! > 3 * gain[useless]!);
        assert.ok(size(useful) > 3 * size(useless));
      }
    assert.equal(
      count.reduce((sum, own) => sum + own, 0),
      model.feature.filter((feature) => feature >= 0).length,
    );
  });

  it('refuses a table of another width', () => {
    const model = trainHistogram(tableOfRows([[1], [2]]), [1, 2]);
    assert.throws(() => contributions(model, tableOfRows([[1, 2]])), RangeError);
  });
});
