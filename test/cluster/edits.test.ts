import assert from 'node:assert/strict';
import { byOperator, scalesOf } from './plane/audit.js';
import { sharedPlane } from './plane/shared-plane.js';
import { eventually, throughout } from './world/eventually.js';
import { conditionOf, scalerObject, scalersOf, scalerSpec, statusOf } from './world/scaler.js';
import { startScenario, type Scenario } from './world/scenario.js';

const plane = sharedPlane();

/** A quiet service of two idle replicas under control; it has no reason of its own to change. */
async function quietService(namespace: string): Promise<Scenario> {
  const scenario = await startScenario(plane, namespace, [{ role: 'serve', replicas: 2 }]);
  await scenario.scaler({
    mode: 'Auto',
    pools: [{ role: 'serve', minReplicas: 2, maxReplicas: 6 }],
    spec: { behavior: { scaleDown: { stabilizationWindowSeconds: 15 } } },
  });
  await eventually(60, async () => {
    const { status, message } = await scenario.condition('Ready');
    assert.equal(status, 'True', message);
  });
  return scenario;
}

function operatorScales(namespace: string): number {
  return scalesOf(plane, namespace, 'llama-serve').filter(({ event }) => byOperator(event)).length;
}

describe('replicas that someone else changed', () => {
  let scenario: Scenario;
  before(async () => {
    scenario = await quietService('edits');
  });
  after(() => scenario.stop());

  it('are raised again where they fell below the least', async () => {
    await scenario.scaleByHand('serve', 1);
    await eventually(30, async () => assert.equal(await scenario.asked('serve'), 2));
  });

  it('are answered by a pause and Conflicted after several changes in a row', async () => {
    for (const replicas of [1, 1, 1, 1, 1]) {
      await scenario.scaleByHand('serve', replicas);
      const written = operatorScales('edits');
      await eventually(20, async () => {
        const isAnswered = operatorScales('edits') > written;
        assert.ok(isAnswered || (await scenario.condition('Conflicted')).status === 'True');
      });
      if ((await scenario.condition('Conflicted')).status === 'True') break;
    }
    const conflict = await scenario.condition('Conflicted');
    assert.equal(conflict.status, 'True', conflict.message);
    const written = operatorScales('edits');
    await throughout(15, () => assert.equal(operatorScales('edits'), written, 'writes nothing while it pauses'));
  });
});

describe('another scaler on the same target', () => {
  let hpa: Scenario;
  let second: Scenario;
  before(async () => {
    [hpa, second] = await Promise.all([quietService('with-hpa'), quietService('with-second')]);
  });
  after(() => Promise.all([hpa.stop(), second.stop()]));

  it('a HorizontalPodAutoscaler makes it Conflicted, and it leaves the replicas to it', async () => {
    const path = '/apis/autoscaling/v2/namespaces/with-hpa/horizontalpodautoscalers';
    await plane.kube.create(path, {
      ...{ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'rival' } },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'llama-serve' },
        ...{ minReplicas: 3, maxReplicas: 3 },
        metrics: [
          { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } },
        ],
      },
    });
    const conflict = await eventually(30, async () => {
      const condition = await hpa.condition('Conflicted');
      assert.equal(condition.status, 'True');
      return condition;
    });
    assert.match(conflict.message, /rival/, 'names the rival');
    await eventually(20, async () => assert.equal(await hpa.asked('serve'), 3, 'the HPA acts'));
    const written = operatorScales('with-hpa');
    await throughout(12, () => assert.equal(operatorScales('with-hpa'), written));
    await plane.kube.remove(`${path}/rival`);
    await eventually(40, async () => assert.equal((await hpa.condition('Conflicted')).status, 'False'));
  });

  it('a second GoodputScaler makes it Conflicted, and one of the two acts', async () => {
    const spec = scalerSpec({
      ...{ mode: 'Auto', prometheus: second.prometheus.url },
      pools: [{ role: 'serve', minReplicas: 4, maxReplicas: 6 }],
    });
    await plane.kube.create(scalersOf('with-second'), scalerObject('usurper', spec));
    await eventually(30, async () => {
      const conflict = conditionOf(await statusOf(plane.kube, 'with-second', 'usurper'), 'Conflicted');
      assert.equal(conflict.status, 'True', conflict.message);
      assert.match(conflict.message, /llama/, 'names the first');
    });
    await throughout(12, async () => assert.equal(await second.asked('serve'), 2, 'the first one holds'));
  });
});
