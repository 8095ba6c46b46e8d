import assert from 'node:assert/strict';
import { InputError } from '../../src/base/index.js';
import {
  predict,
  readXgboost,
  tableOfRows,
  trainExact,
  trainHistogram,
  writeXgboost,
} from '../../src/boosting/index.js';
import { friedman } from '../helpers/boosting.js';

/** A stump of our own making: left 1, right 5, missing right; node 3 and 4 were pruned, and siblings do not stand side by side. */
const stump = (baseScore: string, objective = '{"name":"reg:squarederror"}', node = 2): string =>
  `{"learner":{"gradient_booster":{"name":"gbtree","model":{"trees":[{"left_children":[4,-1,-1,-1,-1],
  "right_children":[${node},-1,-1,-1,-1],"split_indices":[1,0,0,0,0],"split_conditions":[2.5E0,9E0,5E0,9E0,1E0],"default_left":[false,0,0,0,0],
  "loss_changes":[8E0,0E0,0E0,0E0,0E0],"sum_hessian":[3E0,0E0,2E0,0E0,1E0],"split_type":[0,0,0,0,0]}]}},
  "learner_model_param":{"base_score":${baseScore},"num_class":"0","num_feature":"2"},"objective":${objective}},"version":[1,0,0]}`;

describe("XGBoost's JSON", () => {
  const rows = tableOfRows([
    [0, 2],
    [0, 2.5],
    [0, NaN],
  ]);

  it('is read with base scores as text, as a list in text, and as numbers', () => {
    for (const baseScore of ['"5E-1"', '"[5E-1]"', '0.5'])
      assert.deepEqual(Array.from(predict(readXgboost(stump(baseScore)), rows)), [1.5, 5.5, 5.5]);
  });

  it('is read without the nodes that pruning left, siblings side by side', () => {
    const model = readXgboost(stump('"0"'));
    assert.deepEqual(Array.from(model.left), [1, -1, -1]);
    assert.deepEqual(Array.from(model.right), [2, -1, -1]);
    assert.deepEqual(Array.from(model.cover), [3, 1, 2]);
  });

  it('comes back the same from both formats', () => {
    const { table, targets } = friedman(300, 5, 51);
    const counts = targets.map((target) => Math.max(0, target));
    for (const model of [
      trainExact(table, targets, { trees: 5 }),
      trainHistogram(table, counts, { trees: 5, objective: 'poisson' }),
      trainHistogram(table, targets, { trees: 5, objective: 'absolute' }),
      trainHistogram(table, targets, { trees: 0 }),
    ])
      for (const format of ['1.7', '3.2'] as const) assert.deepEqual(readXgboost(writeXgboost(model, format)), model);
    const quantile = trainHistogram(table, targets, { trees: 5, objective: 'quantile', quantileLevel: 0.9 });
    assert.deepEqual(readXgboost(writeXgboost(quantile)), quantile);
    assert.throws(() => writeXgboost(quantile, '1.7'), RangeError);
  });

  it('writes infinite features apart with a finite threshold', () => {
    const model = trainHistogram(tableOfRows([[-Infinity], [1], [Infinity]]), [1, 5, 9], {
      trees: 40,
      minChildWeight: 0,
    });
    const read = readXgboost(writeXgboost(model));
    assert.deepEqual(
      predict(read, tableOfRows([[-Infinity], [1], [Infinity]])),
      predict(model, tableOfRows([[-Infinity], [1], [Infinity]])),
    );
  });

  for (const [what, text] of [
    ['no JSON', 'binf'],
    ['no learner', '{}'],
    ['another booster', stump('"0"').replace('gbtree', 'gblinear')],
    ['another objective', stump('"0"', '{"name":"binary:logistic"}')],
    [
      'two quantiles',
      stump('"0"', '{"name":"reg:quantileerror","quantile_loss_param":{"quantile_alpha":"[0.1,0.9]"}}'),
    ],
    ['two base scores', stump('"[1,2]"')],
    ['a Poisson base of 0', stump('"0"', '{"name":"count:poisson"}')],
    ['several classes', stump('"0"').replace('"num_class":"0"', '"num_class":"3"')],
    ['categories', stump('"0"').replace('"split_type":[0', '"split_type":[1')],
    ['a feature that is not there', stump('"0"').replace('"split_indices":[1', '"split_indices":[2')],
    ['a child that is not there', stump('"0"', undefined, 7)],
    ['a circle', stump('"0"', undefined, 0)],
    ['lists of different lengths', stump('"0"').replace('"loss_changes":[8E0,', '"loss_changes":[')],
  ] as const)
    it(`refuses ${what}`, () => assert.throws(() => readXgboost(text, 'model.json'), InputError));
});
