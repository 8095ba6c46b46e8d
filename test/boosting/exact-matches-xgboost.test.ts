import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { packageFile } from '../../src/base/index.js';
import { predict, tableOfRows, trainExact, treeCount, type BoostingParameters } from '../../src/boosting/index.js';

interface Golden {
  rows: (number | null)[][];
  targets: number[];
  cases: { parameters: Partial<BoostingParameters>; predictions: number[] }[];
}

const { rows, targets, cases } = JSON.parse(
  readFileSync(packageFile('test/golden/boosting/xgboost-exact.json'), 'utf8'),
) as Golden;
const table = tableOfRows(rows.map((row) => row.map((value) => value ?? NaN)));
const fitted = tableOfRows(rows.slice(0, targets.length).map((row) => row.map((value) => value ?? NaN)));

describe('exact boosting', () => {
  for (const { parameters, predictions } of cases)
    it(`predicts what XGBoost 1.7.4 predicts, to the last bit: ${JSON.stringify(parameters)}`, () => {
      const model = trainExact(fitted, targets, parameters);
      assert.equal(treeCount(model), parameters.trees);
      assert.deepEqual(predict(model, table), Float32Array.from(predictions));
    });

  it('gives the same forest again, and leaves its arguments alone', () => {
    const values = fitted.values.slice();
    const given = targets.slice();
    assert.deepEqual(trainExact(fitted, given), trainExact(fitted, given));
    assert.deepEqual(fitted.values, values);
    assert.deepEqual(given, targets);
  });

  it('numbers siblings side by side, and children after their parents', () => {
    const model = trainExact(fitted, targets, { trees: 3 });
    model.feature.forEach((feature, node) => {
      if (feature < 0) return;
      assert.equal(model.right[node], model.left[node]! + 1);
      assert.ok(model.left[node]! > node);
      assert.ok(model.gain[node]! > 0);
      assert.equal(model.cover[node], model.cover[model.left[node]!]! + model.cover[model.right[node]]!);
    });
  });
});
