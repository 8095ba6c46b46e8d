import assert from 'node:assert/strict';
import { byOperator, scalesOf } from './plane/audit.js';
import { KubeError } from './plane/kube.js';
import { sharedPlane } from './plane/shared-plane.js';
import { define } from './world/definition.js';
import { eventually, throughout } from './world/eventually.js';
import { conditionOf, scalerObject, scalersOf, scalerSpec, statusOf } from './world/scaler.js';
import { startScenario, type Scenario } from './world/scenario.js';
import { poolOf, wish } from './world/wish.js';

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
  let keda: Scenario;
  let second: Scenario;
  before(async () => {
    [hpa, keda, second] = await Promise.all([
      quietService('with-hpa'),
      quietService('with-keda'),
      quietService('with-second'),
    ]);
  });
  after(() => Promise.all([hpa.stop(), keda.stop(), second.stop()]));

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

  it('a ScaledObject makes it Conflicted while it is there, and where KEDA is not installed nothing is amiss', async () => {
    const path = '/apis/keda.sh/v1alpha1/namespaces/with-keda/scaledobjects';
    await assert.rejects(plane.kube.list(path), (error) => error instanceof KubeError && error.code === 404);
    assert.equal((await keda.condition('Conflicted')).status, 'False');
    const text = { type: 'string' };
    const ref = { type: 'object', properties: { apiVersion: text, kind: text, name: text } };
    const kind = { group: 'keda.sh', version: 'v1alpha1', kind: 'ScaledObject', plural: 'scaledobjects' };
    const undefine = await define(plane.kube, { ...kind, spec: { scaleTargetRef: ref } });
    await plane.kube.create(path, {
      ...{ apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', metadata: { name: 'queue' } },
      spec: { scaleTargetRef: { name: 'llama-serve' } }, // a Deployment, as KEDA takes it
    });
    const conflict = await eventually(30, async () => {
      const condition = await keda.condition('Conflicted');
      assert.equal(condition.status, 'True');
      return condition;
    });
    assert.match(conflict.message, /ScaledObject queue/, 'names the rival');
    assert.equal((await keda.condition('ScalingActive')).reason, 'Conflicted');
    const written = operatorScales('with-keda');
    await keda.change({ pools: [poolOf(3)] });
    await throughout(12, () => assert.equal(operatorScales('with-keda'), written, 'writes nothing while it is there'));
    await plane.kube.remove(`${path}/queue`);
    await eventually(40, async () => assert.equal(await keda.asked('serve'), 3));
    await eventually(20, async () => assert.equal((await keda.condition('Conflicted')).status, 'False'));
    await undefine();
    await wish(keda, 4, 40);
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
