import assert from 'node:assert/strict';
import { attainmentAt, attainmentRow, measureAttainment } from '../../src/plan/index.js';
import { loadProfile } from '../../src/serving/index.js';
import { chatTrace } from '../helpers/serving.js';

const row = attainmentRow(
  { serve: 1 },
  [
    { rate: 4, attainment: 0.6 },
    { rate: 2, attainment: 1 },
    { rate: 3, attainment: 0.5 },
  ],
  2.4,
);

describe('an attainment curve', () => {
  it('is sorted by rate and never rises', () => {
    assert.deepEqual(row.rates, [2, 3, 4]);
    assert.deepEqual(row.attainment, [1, 0.5, 0.5]);
  });

  for (const [rate, attainment] of [
    [0, 1],
    [1, 1],
    [2, 1],
    [2.5, 0.75],
    [3.5, 0.5],
    [4, 0.5],
    [8, 0.25],
  ] as const)
    it(`gives ${attainment} at ${rate} requests per second`, () => assert.equal(attainmentAt(row, rate), attainment));

  it('gives nothing without instances', () => assert.equal(attainmentAt(undefined, 1), 0));
});

describe('the measuring of a table', () => {
  it('gives an empty curve to a configuration that keeps the SLO at no rate', async () => {
    const { rows } = await measureAttainment({
      configurations: [{ serve: 1 }],
      deployment: { profile: loadProfile('h100-llama-3.1-8b-bf16') },
      slo: { tpot: 0.001, attainment: 0.9 },
      unitTrace: chatTrace(200, 1),
      stepSeconds: 60,
      threads: 1,
    });
    assert.deepEqual(rows, [{ counts: { serve: 1 }, rates: [], attainment: [], goodput: 0 }]);
  });
});
