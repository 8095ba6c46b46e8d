import assert from 'node:assert/strict';
import { addNode } from './plane/plane.js';
import { sharedPlane } from './plane/shared-plane.js';
import { eventually, throughout } from './world/eventually.js';
import { startScenario, type Scenario } from './world/scenario.js';
import { deploymentsOf } from './world/service.js';

describe('pods that do not come up', () => {
  const plane = sharedPlane();
  let pending: Scenario;
  let crashing: Scenario;
  before(async () => {
    await addNode(plane.kube, 'small', { gpus: 1, labels: { pool: 'small' } });
    const small = { nodeSelector: { pool: 'small' }, requests: { 'nvidia.com/gpu': '1' } };
    [pending, crashing] = await Promise.all([
      startScenario(plane, 'pending', [{ role: 'serve', replicas: 1, ...small }]),
      startScenario(plane, 'crashing', [{ role: 'serve', replicas: 1 }]),
    ]);
  });
  after(() => Promise.all([pending.stop(), crashing.stop()]));

  it('for want of a node are told in ScalingLimited, and no more are asked for', async () => {
    await pending.scaler({ mode: 'Auto', pools: [{ role: 'serve', minReplicas: 3, maxReplicas: 6 }] });
    await eventually(40, async () => assert.equal(await pending.asked('serve'), 3));
    const limited = await eventually(60, async () => {
      const condition = await pending.condition('ScalingLimited');
      assert.equal(condition.status, 'True', condition.message);
      return condition;
    });
    assert.match(`${limited.reason} ${limited.message}`, /schedul/i);
    await throughout(10, async () => assert.equal(await pending.asked('serve'), 3));
  });

  it('because they crash are told in ScalingLimited', async () => {
    await crashing.scaler({ mode: 'Auto' });
    const crash = ['emulate', '--port', '8000', '--model', 'test/slow-model', '--fault', 'crash-after=1s'];
    const container = { name: 'vllm', image: 'vllm/vllm-openai', args: crash };
    await plane.kube.patch(`${deploymentsOf('crashing')}/llama-serve`, {
      spec: { template: { spec: { containers: [container] } } },
    });
    await eventually(90, async () => {
      const { status, reason, message } = await crashing.condition('ScalingLimited');
      assert.equal(status, 'True', message);
      assert.match(`${reason} ${message}`, /crash/i);
    });
  });
});
