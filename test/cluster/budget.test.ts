import assert from 'node:assert/strict';
import { scalesOf } from './plane/audit.js';
import { sharedPlane } from './plane/shared-plane.js';
import { eventually, throughout } from './world/eventually.js';
import { peakIn } from './world/load-shape.js';
import { startScenario, type Scenario } from './world/scenario.js';

describe('a peak beyond the budget', () => {
  const plane = sharedPlane();
  const MAX_GPUS = 2;
  let scenario: Scenario;
  before(async () => {
    const day = peakIn(0, 6);
    scenario = await startScenario(plane, 'budget', [{ role: 'serve', replicas: 1 }]);
    await scenario.load(day, day.peakAt, 300);
    await scenario.scaler({ mode: 'Auto', spec: { budget: { maxGpus: MAX_GPUS }, forecast: { models: ['last'] } } });
  });
  after(() => scenario.stop());

  it('takes the whole budget, and tells that it limits', async () => {
    await eventually(90, async () => assert.equal(await scenario.asked('serve'), MAX_GPUS));
    await eventually(60, async () => {
      const { status, message } = await scenario.condition('ScalingLimited');
      assert.equal(status, 'True', message);
      assert.match(message, /budget/i);
    });
  });

  it('never gets more than the budget', async () => {
    await throughout(20, async () => assert.ok((await scenario.asked('serve')) <= MAX_GPUS));
    for (const { replicas } of scalesOf(plane, 'budget', 'llama-serve')) assert.ok(replicas <= MAX_GPUS);
  });
});
