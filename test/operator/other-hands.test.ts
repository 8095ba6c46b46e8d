import assert from 'node:assert/strict';
import { conditionOf, eventsOf, replicasOf, scalesOf, startController, statusOf } from '../helpers/controller-rig.js';
import { fakeKube, refusal, type FakeKube } from '../helpers/fake-kube.js';
import {
  deployment,
  deploymentPath,
  pass,
  putFleet,
  quietReading,
  scalerObject,
  scalerPath,
  timeAt,
} from '../helpers/operator.js';

const HPA = '/apis/autoscaling/v2/namespaces/ai/horizontalpodautoscalers/other';

/** Another hand sets replicas. */
function setReplicas(kube: FakeKube, replicas: number, name = 'llama'): void {
  kube.put(deploymentPath(name), deployment(name, replicas));
}

function service(spec: Record<string, unknown> = {}): FakeKube {
  const kube = fakeKube();
  putFleet(kube, 'llama', 4);
  kube.put(scalerPath('llama'), scalerObject('llama', spec));
  return kube;
}

describe('replicas that another changes', () => {
  it('are where the next plan starts from', async () => {
    const kube = service();
    const rig = startController(kube, (now) => quietReading(18, now));
    await pass(rig.clock, 2);
    setReplicas(kube, 6);
    await pass(rig.clock, 15);
    assert.ok(eventsOf(kube).includes('OutsideChange: Deployment/llama: replicas were changed from 4 to 6 by another'));
    assert.equal(replicasOf(kube), 4);
    assert.equal(conditionOf(kube, 'Conflicted'), 'False Alone');
    await rig.stop();
  });

  it('several times in a row make the controller stand back for ten minutes', async () => {
    const kube = service();
    const rig = startController(kube, (now) => quietReading(18, now));
    await pass(rig.clock, 2);
    for (let i = 0; i < 3; i++) {
      setReplicas(kube, 6);
      await pass(rig.clock, 15);
    }
    assert.equal(conditionOf(kube, 'Conflicted'), 'True OutsideChanges');
    assert.equal(conditionOf(kube, 'ScalingActive'), 'False OutsideChanges');
    assert.equal(replicasOf(kube), 6);
    assert.deepEqual(scalesOf(kube), ['llama 4', 'llama 4']);
    await pass(rig.clock, 630, 5);
    assert.equal(replicasOf(kube), 4);
    assert.equal(conditionOf(kube, 'Conflicted'), 'False Alone');
    await rig.stop();
  });

  it('are no surprise when it was us, though the answer said otherwise', async () => {
    const kube = service();
    const patch = kube.send.bind(kube);
    let lies = 1;
    const api = {
      ...kube,
      send: async (request: Parameters<typeof patch>[0]) => {
        const answer = await patch(request);
        if (request.path.endsWith('/scale') && request.method === 'PATCH' && lies-- > 0)
          throw Object.assign(new Error('504 after it was done'), { status: 504 });
        return answer;
      },
    };
    const rig = startController(kube, (now) => quietReading(28, now), { api });
    await pass(rig.clock, 20);
    assert.deepEqual(scalesOf(kube), ['llama 6']);
    assert.ok(!eventsOf(kube).some((event) => event.startsWith('OutsideChange')));
    await rig.stop();
  });

  for (const [what, status] of [
    ['a gateway gave up', 504],
    ['a second try met the first', 409],
    ['the connection broke', 0],
  ] as const)
    it(`are told as our own when only the answer was lost: ${what}`, async () => {
      const kube = service();
      let lies = 1;
      const send: FakeKube['send'] = async (request) => {
        const answer = await kube.send(request);
        if (request.path.endsWith('/scale') && request.method === 'PATCH' && lies-- > 0) throw refusal(status);
        return answer;
      };
      const rig = startController(kube, (now) => quietReading(28, now), { api: { ...kube, send } });
      await pass(rig.clock, 2);
      assert.deepEqual(eventsOf(kube), ['ScaledUp: Deployment/llama: from 4 to 6 replicas (forecast)']);
      assert.equal(conditionOf(kube, 'ScalingActive'), 'True Scaling');
      assert.equal(statusOf(kube).pools?.[0]?.current, 6);
      assert.equal(statusOf(kube).lastScaleTime, statusOf(kube).decision?.at);
      await pass(rig.clock, 60);
      assert.deepEqual(scalesOf(kube), ['llama 6']);
      assert.ok(!eventsOf(kube).some((event) => event.startsWith('OutsideChange')));
      await rig.stop();
    });

  it('are no surprise when it was us, though the status could not be written', async () => {
    const kube = service();
    kube.fail('PUT', /status$/, 500, 1);
    const rig = startController(kube, (now) => quietReading(28, now));
    await pass(rig.clock, 20);
    assert.deepEqual(scalesOf(kube), ['llama 6']);
    assert.equal(conditionOf(kube, 'Ready'), 'True Reconciled');
    assert.ok(!eventsOf(kube).some((event) => event.startsWith('OutsideChange')));
    await rig.stop();
  });

  it('are left at 0: the service was switched off', async () => {
    const kube = service();
    const rig = startController(kube, (now) => quietReading(18, now));
    await pass(rig.clock, 2);
    setReplicas(kube, 0);
    await pass(rig.clock, 30);
    assert.equal(replicasOf(kube), 0);
    assert.equal(conditionOf(kube, 'ScalingActive'), 'False ScaledToZero');
    await rig.stop();
  });

  it('are none of our business in mode Shadow', async () => {
    const kube = service({ mode: 'Shadow' });
    const rig = startController(kube, (now) => quietReading(18, now));
    for (let i = 0; i < 5; i++) {
      setReplicas(kube, i % 2 === 0 ? 6 : 3);
      await pass(rig.clock, 15);
    }
    assert.equal(conditionOf(kube, 'Conflicted'), 'False Alone');
    assert.ok(!eventsOf(kube).some((event) => event.startsWith('OutsideChange')));
    await rig.stop();
  });
});

describe('another scaler of the same target', () => {
  const hpa = (kind: string, name: string): Record<string, unknown> => ({
    metadata: { name: 'other', namespace: 'ai' },
    spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind, name } },
  });

  it('stops the writing while it is there', async () => {
    const kube = service();
    kube.put(HPA, hpa('Deployment', 'llama'));
    const rig = startController(kube, (now) => quietReading(28, now));
    await pass(rig.clock, 20);
    assert.equal(conditionOf(kube, 'Conflicted'), 'True AnotherScaler');
    assert.deepEqual(scalesOf(kube), []);
    kube.remove(HPA);
    await pass(rig.clock, 15);
    assert.equal(replicasOf(kube), 6);
    await rig.stop();
  });

  it('is no conflict for one that only watches', async () => {
    const kube = service({ mode: 'Shadow' });
    kube.put(HPA, hpa('Deployment', 'llama'));
    const rig = startController(kube, (now) => quietReading(28, now));
    await pass(rig.clock, 2);
    assert.equal(conditionOf(kube, 'Conflicted'), 'False LeftToAnother');
    await rig.stop();
  });

  it('is one only when it is the same target', async () => {
    const kube = service();
    kube.put(HPA, hpa('StatefulSet', 'llama'));
    const rig = startController(kube, (now) => quietReading(28, now));
    await pass(rig.clock, 2);
    assert.equal(replicasOf(kube), 6);
    await rig.stop();
  });

  for (const [plural, kind] of [
    ['horizontalpodautoscalers', 'HorizontalPodAutoscalers'],
    ['scaledobjects', 'ScaledObjects'],
  ] as const)
    it(`is not known where ${kind} may not be read: that is said once, and the fleet is scaled`, async () => {
      const kube = service();
      kube.fail('GET', new RegExp(`${plural}$`), 403, 1000);
      const rig = startController(kube, (now) => quietReading(28, now));
      await pass(rig.clock, 40);
      assert.equal(conditionOf(kube, 'Conflicted'), 'Unknown RivalsUnreadable');
      assert.equal(replicasOf(kube), 6);
      const told = eventsOf(kube).filter((event) => event.startsWith('RivalsUnreadable: '));
      assert.deepEqual(told, [
        `RivalsUnreadable: Conflicted is Unknown: ${kind} may not be read: one of them may scale the same target`,
      ]);
      await rig.stop();
    });

  it('that is a GoodputScaler yields to the one that was there first', async () => {
    const kube = service();
    const pools = [{ role: 'serve', scaleTargetRef: { name: 'llama' }, maxReplicas: 8 }];
    kube.put(scalerPath('late'), scalerObject('late', { pools }, { creationTimestamp: timeAt(60) }));
    kube.put(
      scalerPath('shadow'),
      scalerObject('shadow', { pools, mode: 'Shadow' }, { creationTimestamp: timeAt(-60) }),
    );
    const rig = startController(kube, (now) => quietReading(28, now));
    await pass(rig.clock, 5);
    assert.equal(conditionOf(kube, 'Conflicted', 'llama'), 'False Alone');
    assert.equal(conditionOf(kube, 'Conflicted', 'late'), 'True AnotherScaler');
    assert.deepEqual(scalesOf(kube), ['llama 6']);
    await rig.stop();
  });
});
