import assert from 'node:assert/strict';
import { openSimulatedFleet, runPolicy, scoreRun, staticPolicy, type Policy } from '../../src/contest/index.js';
import { seededRandom } from '../../src/base/index.js';
import { loadProfile, simulate, sloAttainment } from '../../src/serving/index.js';
import type { InstanceCounts } from '../../src/spec/index.js';
import { traceOf } from '../helpers/serving.js';

const profile = loadProfile('h100-llama-3.1-8b-bf16');
const slo = { ttft: 1, tpot: 0.05, attainment: 0.9 };

/** One request a second for ten minutes; each tenth failed. */
const trace = traceOf(Array.from({ length: 600 }, (_, i) => [i, 400, i % 10 === 9 ? 0 : 60] as const));

function fleetOf(initial: InstanceCounts, launchSeconds = 30): ReturnType<typeof openSimulatedFleet> {
  return openSimulatedFleet({
    ...{ profile, trace, startAt: 0, initial, launchSeconds: () => launchSeconds },
    ...{ random: seededRandom(1), binSeconds: 60, windowSeconds: 60 },
  });
}

describe('the simulated fleet', () => {
  it('reports each closed bin once, failed requests included', async () => {
    const fleet = fleetOf({ serve: 1 });
    const first = await fleet.observe(130);
    assert.deepEqual(
      first?.closedBins.map(({ endsAt, requests }) => [endsAt, requests]),
      [
        [60, 60],
        [120, 60],
      ],
    );
    assert.deepEqual((await fleet.observe(175))?.closedBins, []);
    assert.equal((await fleet.observe(180))?.closedBins.length, 1);
  });

  it('shows an order until its launch time is over', async () => {
    const fleet = fleetOf({ serve: 1 });
    await fleet.observe(10);
    await fleet.apply({ kind: 'scale', targets: { serve: 3 }, reason: 'forecast' }, 10);
    const before = (await fleet.observe(39))?.roles.serve;
    assert.deepEqual([before?.current, before?.ready, before?.startingSince], [3, 1, [10, 10]]);
    const after = (await fleet.observe(41))?.roles.serve;
    assert.deepEqual([after?.current, after?.ready, after?.startingSince], [3, 3, []]);
  });

  it('takes instances away when asked for fewer', async () => {
    const fleet = fleetOf({ prefill: 2, decode: 3 });
    await fleet.observe(100);
    await fleet.apply({ kind: 'scale', targets: { prefill: 1, decode: 1 }, reason: 'scale-down' }, 100);
    const seen = (await fleet.observe(200))?.roles;
    assert.deepEqual([seen?.prefill?.current, seen?.decode?.current, seen?.decode?.draining], [1, 1, 0]);
  });
});

describe('a policy run', () => {
  const span = { startAt: 0, endAt: 600, intervalSeconds: 15 };

  it('of a static policy is the simulation itself', async () => {
    const run = await runPolicy(staticPolicy({ serve: 1 }), fleetOf({ serve: 1 }), span);
    const score = scoreRun(run, trace, slo);
    const plain = simulate(trace, { profile, counts: { serve: 1 } });
    assert.deepEqual(run.results.ttft, plain.ttft);
    assert.equal(score.attainment, sloAttainment(plain, slo));
    assert.equal(score.requests, 540);
    assert.equal(score.gpuHours, 600 / 3600);
    assert.equal(score.averageGpus, 1);
    assert.equal(score.goodputPerGpu, score.goodRate);
    assert.equal(score.scaleEvents, 0);
  });

  it('counts instances that start and drain as held, and turns as reversals', async () => {
    let round = 0;
    const nervous: Policy = {
      name: 'nervous',
      decide: () => {
        round++;
        return { kind: 'scale', targets: { serve: round % 2 ? 2 : 1 }, reason: round % 2 ? 'backlog' : 'scale-down' };
      },
    };
    const run = await runPolicy(nervous, fleetOf({ serve: 1 }), { ...span, intervalSeconds: 100 });
    const score = scoreRun(run, trace, slo);
    assert.equal(score.scaleEvents, 6);
    assert.equal(score.reversals, 5);
    assert.equal(run.timeline[0]?.provisioned.serve, 2);
    assert.ok(score.averageGpus > 1.4 && score.averageGpus < 1.6);
  });
});
