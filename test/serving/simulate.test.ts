import assert from 'node:assert/strict';
import { InputError } from '../../src/base/index.js';
import { Outcome, simulate, sloAttainment, loadProfile } from '../../src/serving/index.js';
import { chatTrace, PLAIN_PROFILE, traceOf } from '../helpers/serving.js';

const near = (actual: number | undefined, expected: number): void =>
  assert.ok(Math.abs(actual! - expected) < 1e-9, `${actual} is not ${expected}`);

describe('simulate', () => {
  it('times one request by hand: prefill, then one decode step for each further token', () => {
    const results = simulate(traceOf([[1, 100, 11]]), { profile: PLAIN_PROFILE, counts: { serve: 1 } });
    near(results.ttft[0], 0.1);
    near(results.tpot[0], 0.01);
    near(results.e2e[0], 0.2);
    near(results.endedAt, 1.2);
  });

  it('counts the KV transfer in TTFT where decode makes the first token, and not where prefill does', () => {
    const counts = { prefill: 1, decode: 1 };
    const transfer = 0.5 + 0.1;
    const late = simulate(traceOf([[0, 100, 11]]), { profile: PLAIN_PROFILE, counts });
    near(late.ttft[0], 0.1 + transfer + 0.01);
    near(late.e2e[0], 0.1 + transfer + 0.11);
    const early = simulate(traceOf([[0, 100, 11]]), { profile: PLAIN_PROFILE, counts, firstToken: 'prefill' });
    near(early.ttft[0], 0.1);
    near(early.e2e[0], 0.1 + transfer + 0.1);
  });

  it('answers for an empty trace', () => {
    const results = simulate(traceOf([]), { profile: PLAIN_PROFILE, counts: { serve: 2 } });
    assert.equal(results.outcome.length, 0);
    assert.equal(results.gpuSeconds, 0);
    assert.ok(Number.isNaN(sloAttainment(results, { ttft: 1, attainment: 0.9 })));
  });

  it('leaves failed requests of the trace out, and refuses those that can never fit', () => {
    const profile = { ...PLAIN_PROFILE, kvTokensCapacity: 1600 };
    const trace = traceOf([
      [0, 100, 0],
      [0, 1500, 200],
      [0, 99_999, 2],
      [0, 100, 2],
    ]);
    const { outcome } = simulate(trace, { profile, counts: { serve: 1 } });
    const { failedInTrace, tooLongForCache, tooLongForModel, finished } = Outcome;
    assert.deepEqual([...outcome], [failedInTrace, tooLongForCache, tooLongForModel, finished]);
  });

  it('refuses counts that are no deployment', () => {
    for (const counts of [
      {},
      { serve: 0 },
      { prefill: 1 },
      { serve: 1, prefill: 1, decode: 1 },
      { prefill: 1, decode: 1.5 },
    ])
      assert.throws(() => simulate(traceOf([]), { profile: PLAIN_PROFILE, counts }), InputError);
  });

  it('gives the same answer twice', () => {
    const run = () =>
      simulate(chatTrace(500, 20), { profile: loadProfile('h100-llama-3.1-8b-bf16'), counts: { serve: 2 } });
    assert.deepEqual(run(), run());
  });
});
