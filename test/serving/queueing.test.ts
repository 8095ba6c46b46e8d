import assert from 'node:assert/strict';
import { exponential, mean, seededRandom } from '../../src/base/index.js';
import { loadProfile, simulate, sloAttainment, type SimulationResults } from '../../src/serving/index.js';
import type { Trace } from '../../src/trace/index.js';
import { chatTrace, PLAIN_PROFILE, traceOf } from '../helpers/serving.js';

/** One server without batching: 1 ms for each prompt token, then 10 ms for each further token. */
function single(trace: Trace): SimulationResults {
  return simulate(trace, { profile: PLAIN_PROFILE, counts: { serve: 1 }, maxSeqs: 1, tokenBudget: 100_000 });
}

function poisson(count: number, rate: number, tokens: (u: number) => [prompt: number, output: number]): Trace {
  const arrivals = seededRandom(7, 'arrivals');
  const lengths = seededRandom(7, 'lengths');
  let at = 0;
  return traceOf(
    Array.from({ length: count }, () => [(at += exponential(arrivals) / rate), ...tokens(lengths())] as const),
  );
}

describe('simulated queues', () => {
  it('wait as M/D/1 does when there is no batching', () => {
    for (const load of [0.3, 0.6]) {
      const service = 0.1;
      const { ttft } = single(poisson(150_000, load / service, () => [100, 1]));
      const wait = (load * service) / (2 * (1 - load));
      assert.ok(Math.abs((mean(ttft) - service) / wait - 1) < 0.02, `${mean(ttft) - service} is not ${wait}`);
    }
  });

  it('wait as M/G/1 does when there is no batching', () => {
    const load = 0.5;
    const lengths: [number, number][] = [
      [50, 1],
      [100, 11],
      [300, 31],
    ]; // 0.05, 0.2 and 0.6 s
    const services = lengths.map(([prompt, output]) => prompt * 0.001 + (output - 1) * 0.01);
    const rate = load / mean(services);
    const { e2e } = single(poisson(150_000, rate, (u) => lengths[Math.floor(u * 3)]!));
    const wait = (rate * mean(services.map((service) => service ** 2))) / (2 * (1 - load));
    assert.ok(Math.abs((mean(e2e) - mean(services)) / wait - 1) < 0.02, `${mean(e2e) - mean(services)} is not ${wait}`);
  });
});

describe('simulated load', () => {
  const profile = loadProfile('h100-llama-3.1-8b-bf16');
  const slo = { ttft: 1, tpot: 0.05, attainment: 0.9 };

  it('makes decoding slower as it grows', () => {
    const tpots = [1, 10, 30].map((rate) => {
      const { tpot } = simulate(chatTrace(2000, rate), { profile, counts: { serve: 1 } });
      return mean(tpot.filter((value) => !Number.isNaN(value)));
    });
    assert.ok(tpots[0]! < tpots[1]! && tpots[1]! < tpots[2]!, String(tpots));
  });

  it('is served no worse by twice the instances', () => {
    for (const rate of [20, 45, 80]) {
      const trace = chatTrace(4000, rate);
      const attainmentOf = (counts: object): number => sloAttainment(simulate(trace, { profile, counts }), slo);
      assert.ok(attainmentOf({ serve: 2 }) >= attainmentOf({ serve: 1 }));
      assert.ok(attainmentOf({ prefill: 2, decode: 2 }) >= attainmentOf({ prefill: 1, decode: 1 }));
    }
  });

  for (const routing of ['least-loaded', 'shortest-queue', 'round-robin'] as const)
    it(`gives every instance its share under ${routing}, in both pools`, () => {
      const { instances } = simulate(chatTrace(4000, 100), { profile, counts: { prefill: 3, decode: 4 }, routing });
      for (const role of ['prefill', 'decode']) {
        const shares = instances.filter((share) => share.role === role).map(({ requests }) => requests);
        assert.equal(
          shares.reduce((sum, share) => sum + share),
          4000,
        );
        const fair = 4000 / shares.length;
        assert.ok(Math.min(...shares) > 0.8 * fair && Math.max(...shares) < 1.2 * fair, String(shares));
      }
    });
});
