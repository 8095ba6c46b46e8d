import assert from 'node:assert/strict';
import { goodput, goodputSensitivity, loadProfile } from '../../src/serving/index.js';
import { chatTrace } from '../helpers/serving.js';

const profile = loadProfile('h100-llama-3.1-8b-bf16');
const unit = chatTrace(1500, 1);
const slo = { ttft: 0.12, tpot: 0.02, attainment: 0.9 };

describe('the sensitivity of goodput to the SLO', () => {
  it('is that of each bound and of the target, one at a time; a looser one never lowers it beyond the tolerance', async () => {
    for (const counts of [{ serve: 1 }, { prefill: 1, decode: 1 }]) {
      const points = await goodputSensitivity(unit, { profile, counts }, slo, { threads: 1 });
      const given = goodput(unit, { profile, counts }, slo).goodput;
      for (const [bound, values] of [
        ['ttft', [0.06, 0.096, 0.12, 0.15, 0.24]],
        ['tpot', [0.01, 0.016, 0.02, 0.025, 0.04]],
        ['attainment', [0.99, 0.95, 0.9]],
      ] as const) {
        const at = (value: number): number =>
          value === slo[bound] ? given : points.find((one) => one.bound === bound && one.value === value)!.goodput;
        const rates = values.map(at);
        rates.forEach((rate, i) => assert.ok(i === 0 || rate >= rates[i - 1]! / 1.01, `${bound}: ${rates.join(', ')}`));
        assert.ok(rates.at(-1)! > rates[0]!, `${bound} matters: ${rates.join(', ')}`);
      }
      assert.equal(points.length, 10, 'nothing else is changed');
      assert.ok(points.every(({ goodput: rate, low, high }) => low <= rate && rate <= high));
    }
  });

  it('is the same on worker threads as here', async () => {
    const few = chatTrace(200, 1);
    const of = (threads: number): ReturnType<typeof goodputSensitivity> =>
      goodputSensitivity(few, { profile, counts: { serve: 1 } }, { e2e: 8, attainment: 0.95 }, { threads });
    assert.deepEqual(await of(2), await of(1));
  });
});
