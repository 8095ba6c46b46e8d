import assert from 'node:assert/strict';
import { appendBin, emptyHistory, type History } from '../../src/forecast/history.js';
import { paperFeatures } from '../../src/forecast/models/paper.js';
import { targetFrom } from '../helpers/targets.js';

function historyOf(values: readonly number[], binSeconds: number): History {
  const history = emptyHistory(targetFrom([], binSeconds));
  for (const value of values) appendBin(history, value);
  return history;
}

function features(history: History, row: number, step: number): number[] {
  const into = new Float32Array(7);
  paperFeatures(history, row, step, 1, into, 0);
  return Array.from(into);
}

describe("the paper's features", () => {
  const values = [4, 8, 6, 5, 3, 9, 7, 2, 10, 1];

  it('are three lags, mean and variance of an hour (at least 6 rows), hour and weekday', () => {
    const history = historyOf(values, 3600);
    // rows 2 to 7 hold 6, 5, 3, 9, 7, 2: mean 16 / 3, squared deviations 100 / 3, over n - 1 = 5
    assert.deepEqual(features(history, 8, 1), [2, 7, 9, Math.fround(16 / 3), Math.fround(20 / 3), 8, 0]);
  });

  it('of step h end h - 1 rows earlier, with the hour and weekday of the target row', () => {
    const history = historyOf(values, 3600);
    const [, , , , , ...when] = features(history, 30, 5);
    assert.deepEqual(when, [6, 1]);
    assert.deepEqual(features(history, 9, 2).slice(0, 5), features(history, 8, 1).slice(0, 5));
  });

  it('take the last observed value for a missing row, and are missing before there is one', () => {
    const history = historyOf([NaN, 5, NaN, 8], 60);
    assert.deepEqual(features(history, 3, 1).slice(0, 3), [5, 5, NaN]);
    assert.deepEqual(features(history, 4, 1).slice(0, 3), [8, 5, 5]);
  });

  it('do not read the rows they foresee', () => {
    const [one, two] = [historyOf(values, 60), historyOf([...values.slice(0, 6), 99, 99, 99, 99], 60)];
    for (const step of [1, 2, 4]) assert.deepEqual(features(one, 5 + step, step), features(two, 5 + step, step));
  });
});
