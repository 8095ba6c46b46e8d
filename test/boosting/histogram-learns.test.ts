import assert from 'node:assert/strict';
import { seededRandom } from '../../src/base/index.js';
import {
  predict,
  predictMargins,
  tableOfRows,
  trainExact,
  trainHistogram,
  treeCount,
} from '../../src/boosting/index.js';
import { friedman, rmse } from '../helpers/boosting.js';

describe('histogram boosting', () => {
  const train = friedman(3000, 8, 1);
  const test = friedman(2000, 8, 2);

  it('finds the planted function behind the noise, with 256 and with 64 bins', () => {
    const parameters = { trees: 150, maxDepth: 4, learningRate: 0.1 };
    const exact = rmse(predict(trainExact(train.table, train.targets, parameters), test.table), test.targets);
    for (const maxBins of [256, 64]) {
      const model = trainHistogram(train.table, train.targets, { ...parameters, maxBins });
      const error = rmse(predict(model, test.table), test.targets);
      assert.ok(error < 1.02 * exact && error < 1.3, `${maxBins}: ${error} against ${exact}, noise 1`);
    }
  });

  it('cuts rows as the exact trainer does where every distinct value has its own bin', () => {
    const random = seededRandom(5, 'few values');
    const rows = Array.from({ length: 600 }, () =>
      Array.from({ length: 5 }, () => (random() < 0.1 ? NaN : Math.floor(random() * 40) / 8)),
    );
    const table = tableOfRows(rows);
    const targets = rows.map(([a, b, c]) => (a || 0) * 3 - (b! > 2 ? 5 : 0) + (Number.isNaN(c) ? 4 : c!) + random());
    for (const trees of [1, 20]) {
      const parameters = { trees, maxDepth: 4, baseScore: 0.5 };
      const exact = predict(trainExact(table, targets, parameters), table);
      const onBins = predict(trainHistogram(table, targets, parameters), table);
      assert.ok(rmse(exact, onBins) < 2e-6, `${trees} trees: ${rmse(exact, onBins)}`);
    }
  });

  it('takes the median, quantiles and Poisson means for what they are', () => {
    const random = seededRandom(7, 'skewed');
    const rows = Array.from({ length: 4000 }, (_, i) => [i % 4]);
    const table = tableOfRows(rows);
    const skewed = rows.map(([group]) => (group! + 1) * -Math.log(1 - random()));
    const groups = tableOfRows([[0], [1], [2], [3]]);
    const at = (level: number): number => -Math.log(1 - level);
    for (const [given, expected] of [
      [{ objective: 'absolute' }, at(0.5)],
      [{ objective: 'quantile', quantileLevel: 0.9 }, at(0.9)],
      [{ objective: 'poisson' }, 1],
      [{ objective: 'squared' }, 1],
    ] as const) {
      const predictions = predict(trainHistogram(table, skewed, { trees: 60, ...given }), groups);
      predictions.forEach((found, group) => {
        const share = found / ((group + 1) * expected);
        assert.ok(Math.abs(share - 1) < 0.12, `${JSON.stringify(given)} group ${group}: ${share}`);
      });
    }
  });

  it('lowers the loss on its own rows with every tree', () => {
    const { table, targets } = friedman(500, 6, 3);
    let last = Infinity;
    trainHistogram(
      table,
      targets,
      { trees: 40 },
      {
        validation: { table, targets },
        onTree: (_, loss) => {
          assert.ok(loss < last, `${loss} after ${last}`);
          last = loss;
        },
      },
    );
  });

  it('stops when the validation rows get no better, and keeps the best trees', () => {
    const small = friedman(200, 8, 4);
    const losses: number[] = [];
    const model = trainHistogram(
      small.table,
      small.targets,
      { trees: 500, earlyStoppingRounds: 10 },
      { validation: test, onTree: (_, loss) => losses.push(loss) },
    );
    assert.equal(losses.length, treeCount(model) + 10);
    assert.equal(losses.indexOf(Math.min(...losses)) + 1, treeCount(model));
    assert.ok(Math.abs(rmse(predict(model, test.table), test.targets) ** 2 - Math.min(...losses)) < 1e-4);
  });

  it('adds its leaves to the offsets', () => {
    const random = seededRandom(9, 'offsets');
    const rows = Array.from({ length: 2000 }, () => [random() < 0.5 ? 0 : 1]);
    const offsets = rows.map(() => random() * 3);
    const targets = rows.map(([x], i) => Math.exp(offsets[i]!) * (x === 1 ? 2 : 0.5));
    const model = trainHistogram(tableOfRows(rows), targets, { objective: 'poisson' }, { offsets });
    const margins = predictMargins(model, tableOfRows([[0], [1]]), [0, 3]);
    assert.ok(Math.abs(margins[0]! - Math.log(0.5)) < 0.01, `${margins[0]!}`);
    assert.ok(Math.abs(margins[1]! - Math.log(2) - 3) < 0.01, `${margins[1]!}`);
  });

  it('lets a row of weight 3 count as much as three rows', () => {
    const rows = [[1], [1], [1], [2], [2], [2]];
    const tripled = trainHistogram(tableOfRows([[1], [2], ...rows]), [1, 5, 2, 2, 2, 9, 9, 9]);
    const weighted = trainHistogram(tableOfRows([[1], [1], [2], [2]]), [1, 2, 5, 9], {}, { weights: [1, 3, 1, 3] });
    const table = tableOfRows([[1], [2]]);
    assert.ok(rmse(predict(tripled, table), predict(weighted, table)) < 1e-3);
  });
});
