import assert from 'node:assert/strict';
import { binTrace, frameOf, loadFrame } from '../../src/load/index.js';
import { traceAt } from '../helpers/traces.js';

describe('a data frame', () => {
  it('holds texts and numbers of a table as they are, typed arrays and missing values too', async () => {
    const frame = await frameOf({ model: ['last', 'a,b'], nmse: Float64Array.of(0.25, NaN) });
    assert.deepEqual(frame.shape, [2, 2]);
    assert.deepEqual(frame.columns, ['model', 'nmse']);
    assert.deepEqual(frame.values, [
      ['last', 0.25],
      ['a,b', NaN],
    ]);
  });

  it('has one row per bin of a load, without values where the bin is missing', async () => {
    const load = binTrace(traceAt([0, 1, 3700], { endSeconds: 7200 }), 3600, { toSeconds: 10800 });
    const frame = await loadFrame(load);
    assert.deepEqual(frame.columns, ['startSeconds', 'hour', 'weekday', 'requests', 'promptTokens', 'outputTokens']);
    assert.deepEqual(frame.values, [
      [0, 0, 0, 2, 200, 20],
      [3600, 1, 0, 1, 100, 10],
      [7200, 2, 0, NaN, NaN, NaN],
    ]);
  });

  it('refuses what danfojs has no frame for', async () => {
    await assert.rejects(frameOf({}), RangeError);
    await assert.rejects(frameOf({ a: [] }), RangeError);
    await assert.rejects(frameOf({ a: [1], b: [1, 2] }), RangeError);
  });
});
