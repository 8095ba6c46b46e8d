import assert from 'node:assert/strict';
import {
  predict,
  predictAt,
  tableOfRows,
  trainHistogram,
  treeCount,
  type BoostedModel,
  type HistogramParameters,
} from '../../src/boosting/index.js';
import { friedman } from '../helpers/boosting.js';

const OBJECTIVES: Partial<HistogramParameters>[] = [
  { objective: 'squared' },
  { objective: 'absolute' },
  { objective: 'quantile', quantileLevel: 0.8 },
  { objective: 'poisson' },
];

/** The leaves a row falls into, found node by node. */
function sumByHand(model: BoostedModel, row: Float32Array): number {
  return Array.from(model.treeStart.slice(0, -1)).reduce((sum, root) => {
    let node = root;
    while (model.feature[node]! >= 0) {
      const x = row[model.feature[node]!]!;
      const goesLeft = Number.isNaN(x) ? model.missingLeft[node] === 1 : x < model.threshold[node]!;
      node = goesLeft ? model.left[node]! : model.right[node]!;
    }
    return Math.fround(sum + model.value[node]!);
  }, model.baseScore);
}

describe('histogram boosting at its edges', () => {
  it('learns where missing features belong, and parts them from all known ones', () => {
    const rows = Array.from({ length: 40 }, (_, i) => [i % 2 === 0 ? NaN : i]);
    const targets = rows.map(([x]) => (Number.isNaN(x) ? 10 : 1));
    for (const given of OBJECTIVES) {
      const [missing, known] = predict(trainHistogram(tableOfRows(rows), targets, given), tableOfRows([[NaN], [7]]));
      assert.ok(
        Math.abs(missing! - 10) < 0.5 && Math.abs(known! - 1) < 0.5,
        `${given.objective!} ${missing!} ${known!}`,
      );
    }
  });

  it('sends a missing feature that training never missed to the larger side', () => {
    const rows = Array.from({ length: 10 }, (_, i) => [i]);
    const model = trainHistogram(
      tableOfRows(rows),
      rows.map(([x]) => (x! < 3 ? 0 : 8)),
      { trees: 1, maxDepth: 1 },
    );
    const [missing, large] = predict(model, tableOfRows([[NaN], [9]]));
    assert.equal(missing, large);
  });

  it('makes one leaf of one row, of equal rows, of a constant target, and of rows that are all missing', () => {
    const cases: [number[][], number[]][] = [
      [[[1]], [4]],
      [
        [[2], [2], [2]],
        [4, 4, 4],
      ],
      [
        [[1], [2], [3]],
        [4, 4, 4],
      ],
      [
        [[NaN], [NaN]],
        [4, 4],
      ],
    ];
    for (const given of OBJECTIVES)
      for (const [rows, targets] of cases) {
        const model = trainHistogram(tableOfRows(rows), targets, { trees: 2, ...given });
        assert.deepEqual(Array.from(model.feature), [-1, -1]);
        assert.ok(Math.abs(predict(model, tableOfRows([[0]]))[0]! - 4) < 1e-5);
      }
  });

  it('predicts a constant without trees, rows or columns', () => {
    const none = trainHistogram({ rows: 0, columns: 2, values: new Float32Array(0) }, [], { trees: 3 });
    assert.ok(Number.isFinite(predict(none, tableOfRows([[1, 2]]))[0]));
    assert.equal(treeCount(trainHistogram(tableOfRows([[1]]), [2], { trees: 0 })), 0);
    const bare = trainHistogram({ rows: 2, columns: 0, values: new Float32Array(0) }, [1, 3], { trees: 2 });
    assert.equal(predict(bare, { rows: 1, columns: 0, values: new Float32Array(0) })[0], 2);
  });

  it('stays finite with huge, tiny, infinite and all-zero numbers', () => {
    const rows = [[-Infinity], [-3e38], [-1e-40], [0], [1e-40], [3e38], [Infinity], [NaN]];
    for (const given of OBJECTIVES)
      for (const scale of [0, 1e-30, 1, 1e15]) {
        const targets = rows.map((_, i) => i * scale);
        const model = trainHistogram(tableOfRows(rows), targets, { trees: 5, minChildWeight: 0, ...given });
        for (const value of predict(model, tableOfRows(rows)))
          assert.ok(Number.isFinite(value), `${given.objective!} ${scale}: ${value}`);
      }
  });

  it('gives the same forest again from a seed, another from another, and leaves its arguments alone', () => {
    const { table, targets } = friedman(400, 6, 1);
    const values = table.values.slice();
    const labels = targets.slice();
    for (const given of OBJECTIVES) {
      const parameters = { ...given, trees: 5, rowSample: 0.7, columnSample: 0.5, seed: 11 };
      const model = trainHistogram(table, targets, parameters);
      assert.deepEqual(trainHistogram(table, targets, parameters), model);
      assert.notDeepEqual(trainHistogram(table, targets, { ...parameters, seed: 12 }), model);
    }
    assert.deepEqual(table.values, values);
    assert.deepEqual(targets, labels);
  });

  it('samples columns of few and of many bins side by side', () => {
    const rows = Array.from({ length: 400 }, (_, i) => [i, i % 3, i % 5, (i * 7) % 400]);
    const targets = rows.map(([a, b]) => a! + 10 * b!);
    const model = trainHistogram(tableOfRows(rows), targets, { trees: 300, columnSample: 0.5, learningRate: 0.1 });
    const worst = predict(model, tableOfRows(rows)).reduce(
      (most, p, i) => Math.max(most, Math.abs(p - targets[i]!)),
      0,
    );
    assert.ok(worst < 15, `${worst}`);
  });

  it('predicts the same one row at a time, with and without missing features', () => {
    const { table, targets } = friedman(303, 6, 2);
    const model = trainHistogram(table, targets, { trees: 21, maxDepth: 5 });
    const holes = table.values.map((value, i) => (i % 11 === 0 ? NaN : value));
    for (const values of [table.values, holes]) {
      const together = predict(model, { ...table, values });
      together.forEach((prediction, row) => {
        assert.equal(predictAt(model, values, row * 6), prediction);
        assert.equal(sumByHand(model, values.subarray(row * 6, row * 6 + 6)), prediction);
      });
    }
  });

  it('refuses shapes and numbers that do not fit', () => {
    const table = tableOfRows([[1], [2]]);
    const wrong: (() => unknown)[] = [
      () => trainHistogram(table, [1]),
      () => trainHistogram(table, [1, NaN]),
      () => trainHistogram(table, [1, -1], { objective: 'poisson' }),
      () => trainHistogram(table, [1, 1], {}, { weights: [1, -1] }),
      () => trainHistogram(table, [1, 1], {}, { offsets: [1] }),
      () => trainHistogram(table, [1, 1], {}, { validation: { table: tableOfRows([[1, 2]]), targets: [1] } }),
      () => predict(trainHistogram(table, [1, 2]), table, [1]),
    ];
    const outside: Partial<HistogramParameters>[] = [
      { maxBins: 257 },
      { rowSample: 0 },
      { columnSample: 1.1 },
      { quantileLevel: 1 },
      { maxDepth: 0 },
      { seed: 0.5 },
      { earlyStoppingRounds: -1 },
      { objective: 'poisson', baseScore: 0 },
    ];
    for (const given of outside) wrong.push(() => trainHistogram(table, [1, 2], given));
    for (const attempt of wrong) assert.throws(attempt, RangeError);
  });
});
