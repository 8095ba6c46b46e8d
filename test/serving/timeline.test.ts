import assert from 'node:assert/strict';
import { loadProfile, simulate, simulateByBins, sloAttainment, type TimedSimulation } from '../../src/serving/index.js';
import { chatTrace, PLAIN_PROFILE, traceOf } from '../helpers/serving.js';

const slo = { ttft: 1, attainment: 0.9 };

function timed(...args: Parameters<typeof simulateByBins>): TimedSimulation {
  const run = simulateByBins(...args);
  for (;;) {
    const { done, value } = run.next();
    if (done) return value;
  }
}

describe('a timeline', () => {
  it('tells the batch and the cache at the end of each bin, and how those fared that arrived in it', () => {
    const trace = traceOf([
      [0, 160, 1001],
      [61, 2000, 1],
    ]);
    const { timeline } = timed(trace, { profile: PLAIN_PROFILE, counts: { serve: 1 } }, slo, 5);
    const { running, kvUse } = timeline.roles.serve!;
    assert.deepEqual([...running.slice(0, 3)], [1, 1, 0]);
    assert.ok(kvUse[1]! > kvUse[0]! && kvUse[2] === 0);
    assert.equal(timeline.arrived[12], 1);
    assert.equal(timeline.attainment[0], 1);
    assert.equal(timeline.attainment[12], 0, 'its prompt takes 2 s');
    assert.ok(Number.isNaN(timeline.attainment[5]));
    assert.equal(timeline.tokens[2], 1161);
  });

  it('changes nothing of the results, and adds up to them', () => {
    const trace = chatTrace(2000, 40);
    const deployment = { profile: loadProfile('h100-llama-3.1-8b-bf16'), counts: { prefill: 1, decode: 1 } };
    const { results, timeline } = timed(trace, deployment, slo, 3);
    const unseen = simulate(trace, deployment);
    assert.deepEqual(results.ttft, unseen.ttft);
    assert.deepEqual([results.endedAt, results.gpuSeconds], [unseen.endedAt, unseen.gpuSeconds]);
    const sum = timeline.arrived.reduce((total, count) => total + count);
    const met = timeline.attainment.reduce((total, share, bin) => total + (share || 0) * timeline.arrived[bin]!, 0);
    assert.equal(sum, 2000);
    assert.ok(Math.abs(met / 2000 - sloAttainment(results, slo)) < 1e-9);
  });
});
