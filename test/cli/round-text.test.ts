import assert from 'node:assert/strict';
import { roundText } from '../../src/cli/operator/round-text.js';
import { upwardRound } from '../helpers/reconcile-record.js';

describe('a round of the operator, for people', () => {
  it('says what would be done, why, and what is expected', () => {
    assert.deepEqual(roundText(upwardRound()).split('\n'), [
      'ai/llama (meta/llama), mode Auto: scale to 2:2 (forecast); limited by max-step, the load calls for 3:2',
      '  pool                               now  ready  wanted',
      '  ---------------------------------  ---  -----  ------',
      '  prefill: Deployment/llama-prefill    1      1       2',
      '  decode: Deployment/llama-decode      2      -       2',
      '  plan: 2:2 now, 2:4 in 1m; 97.0 % in SLO, bound by the SLO',
      '  forecast: requests per second by ensemble, P50..P90: 9.00..11.00 in 1m, 19.00..23.00 in 5m',
      '',
    ]);
  });

  it('recommends where the mode does not write', () => {
    for (const mode of ['Shadow', 'Recommend'] as const)
      assert.match(roundText(upwardRound({ mode })), new RegExp(`mode ${mode}: recommend 2:2`));
  });

  it('says why it holds, and which conditions are not as they should be', () => {
    const message = 'no sample was found';
    const conditions = [
      {
        type: 'MetricsAvailable',
        status: 'False',
        reason: 'NoSamples',
        message,
        lastTransitionTime: '2026-01-01T00:00:00Z',
      },
    ] as const;
    const text = roundText(upwardRound({ decision: { kind: 'hold', reason: 'no-data' }, limits: [], conditions }));
    assert.match(text, /: hold \(no-data\)\n/);
    assert.match(text, /MetricsAvailable is False \(NoSamples\): no sample was found/);
  });

  it('says why a round came to nothing', () => {
    const text = roundText(
      upwardRound({ decision: null, plan: null, pools: [], forecasts: [], error: 'no route to host' }),
    );
    assert.equal(text, 'ai/llama (meta/llama), mode Auto: nothing was decided\n  error: no route to host\n');
  });
});
