import assert from 'node:assert/strict';
import { conditionOf, eventsOf, replicasOf, scalesOf, startController, statusOf } from '../helpers/controller-rig.js';
import { fakeKube, type FakeKube } from '../helpers/fake-kube.js';
import {
  deployment,
  deploymentPath,
  pass,
  putFleet,
  quietReading,
  scalerObject,
  scalerPath,
  settle,
} from '../helpers/operator.js';

const FLEET = { apiVersion: 'example.com/v1', kind: 'Fleet', name: 'llama' };
const QUOTA = { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'exceeded quota: gpus' };

/** An API server with a service of two replicas whose load needs four. */
function busyService(spec: Record<string, unknown> = {}): FakeKube {
  const kube = fakeKube();
  putFleet(kube, 'llama', 2);
  kube.put(scalerPath('llama'), scalerObject('llama', spec));
  return kube;
}

describe('when something goes wrong, the controller', () => {
  it('thinks a write over that met other replicas, and writes it onto what there is then', async () => {
    const kube = busyService();
    let another = 3;
    const rig = startController(kube, (now) => {
      if (another > 0) kube.put(deploymentPath('llama'), deployment('llama', another));
      another = 0;
      return quietReading(18, now);
    });
    await settle();
    assert.equal(conditionOf(kube, 'ScalingActive'), 'False Conflict');
    assert.deepEqual(scalesOf(kube), []);
    await pass(rig.clock, 5);
    assert.equal(replicasOf(kube), 4);
    assert.equal(conditionOf(kube, 'ScalingActive'), 'True Scaling');
    await rig.stop();
  });

  it('writes a scale though the status of its target moves on while the metrics are read', async () => {
    const kube = busyService();
    const rig = startController(kube, (now) => {
      kube.put(deploymentPath('llama'), kube.get(deploymentPath('llama'))!);
      return quietReading(18, now);
    });
    await settle();
    assert.deepEqual(scalesOf(kube), ['llama 4']);
    assert.equal(conditionOf(kube, 'Ready'), 'True Reconciled');
    assert.deepEqual(rig.warnings, []);
    await rig.stop();
  });

  it('tries a conflict that does not end once more, and no longer', async () => {
    const kube = busyService();
    kube.fail('PATCH', /scale$/, 409, 2);
    const rig = startController(kube, (now) => quietReading(18, now));
    await settle();
    assert.equal(conditionOf(kube, 'ScalingActive'), 'False Conflict');
    await rig.stop();
  });

  it('says what it may not do, and does it as soon as it may', async () => {
    const kube = busyService();
    kube.fail('PATCH', /scale$/, 403, 2);
    const rig = startController(kube, (now) => quietReading(18, now));
    await pass(rig.clock, 1, 0.5);
    assert.equal(conditionOf(kube, 'Ready'), 'False Forbidden');
    assert.ok(eventsOf(kube).some((event) => event.startsWith('Forbidden: ')));
    await pass(rig.clock, 10);
    assert.equal(replicasOf(kube), 4);
    await rig.stop();
  });

  for (const [what, generation, status, condition] of [
    ['has the newest template on some', 1, { replicas: 2, updatedReplicas: 1 }, 'True RollingOut'],
    ['cannot create its first pod', 1, { replicas: 2 }, 'True RollingOut'],
    ['has ended', 1, { replicas: 2, updatedReplicas: 2 }, 'False Unlimited'],
    ['may not have been seen yet', 2, { replicas: 2, updatedReplicas: 1 }, 'False Unlimited'],
    ['meets a quota', 1, { replicas: 2, updatedReplicas: 2, conditions: [QUOTA] }, 'True ReplicaFailure'],
    [
      'met a quota once',
      1,
      { replicas: 2, updatedReplicas: 2, conditions: [{ ...QUOTA, status: 'False' }] },
      'False Unlimited',
    ],
  ] as const)
    it(`says of a Deployment whose roll-out ${what}: ScalingLimited is ${condition}`, async () => {
      const kube = busyService();
      const object = deployment('llama', 2);
      const metadata = { ...(object.metadata as object), generation };
      kube.put(deploymentPath('llama'), { ...object, metadata, status: { observedGeneration: 1, ...status } });
      const rig = startController(kube, (now) => quietReading(8, now));
      await settle();
      assert.equal(conditionOf(kube, 'ScalingLimited'), condition);
      await rig.stop();
    });

  it('expects no roll-out of a kind that does not tell of them', async () => {
    const kube = busyService({ pools: [{ role: 'serve', scaleTargetRef: FLEET, maxReplicas: 8 }] });
    kube.put('/apis/example.com/v1', { resources: [{ name: 'fleets', kind: 'Fleet' }], metadata: {} });
    kube.put('/apis/example.com/v1/namespaces/ai/fleets/llama', { ...deployment('llama', 2), status: { replicas: 2 } });
    const rig = startController(kube, (now) => quietReading(8, now));
    await settle();
    assert.equal(conditionOf(kube, 'ScalingLimited'), 'False Unlimited');
    await rig.stop();
  });

  it('tells a target that is not there from one that it may not read', async () => {
    for (const [status, reason] of [
      [404, 'TargetNotFound'],
      [403, 'Forbidden'],
    ] as const) {
      const kube = busyService();
      kube.fail('GET', /deployments/, status, 1000);
      const rig = startController(kube, (now) => quietReading(18, now));
      await pass(rig.clock, 2);
      assert.equal(conditionOf(kube, 'Ready'), `False ${reason}`);
      assert.deepEqual(statusOf(kube).pools, []);
      await rig.stop();
    }
  });

  it('names a kind of target that the cluster does not serve', async () => {
    const kube = busyService({ pools: [{ role: 'serve', scaleTargetRef: FLEET, maxReplicas: 8 }] });
    const rig = startController(kube, (now) => quietReading(18, now));
    await pass(rig.clock, 2);
    assert.equal(conditionOf(kube, 'Ready'), 'False TargetNotSupported');
    await rig.stop();
  });

  it('holds the fleet while the metrics are missing, says why, and goes on when they are back', async () => {
    const kube = busyService();
    let isDown = true;
    const trouble = { part: 'metrics', reason: 'MetricsUnreadable', message: 'connection refused' } as const;
    const rig = startController(kube, (now) =>
      isDown ? quietReading(18, now, { readings: null, troubles: [trouble] }) : quietReading(18, now),
    );
    await pass(rig.clock, 40);
    assert.equal(conditionOf(kube, 'MetricsAvailable'), 'False MetricsUnreadable');
    assert.deepEqual(scalesOf(kube), []);
    isDown = false;
    await pass(rig.clock, 15);
    assert.equal(conditionOf(kube, 'MetricsAvailable'), 'True Read');
    assert.equal(replicasOf(kube), 4);
    assert.ok(eventsOf(kube).some((event) => event.startsWith('MetricsAvailableRecovered: ')));
    await rig.stop();
  });

  it('says that a profile cannot be read, and whether the last known one is used', async () => {
    const message = 'ConfigMap profiles: timed out';
    const troubles = [{ part: 'profile', reason: 'ProfileUnusable', message }] as const;
    for (const [reactiveBecause, said] of [
      [null, `${message}; the last known one is used`],
      [{ part: 'profile', reason: 'NoProfile', message: 'none' }, message],
    ] as const) {
      const kube = busyService();
      const rig = startController(kube, (now) => quietReading(18, now, { troubles, reactiveBecause }));
      await pass(rig.clock, 2);
      const ready = statusOf(kube).conditions!.find(({ type }) => type === 'Ready')!;
      assert.deepEqual([ready.status, ready.reason, ready.message], ['False', 'ProfileUnusable', said]);
      await rig.stop();
    }
  });

  it('keeps two rounds apart from a server that fails: later and later, and back by itself', async () => {
    const kube = busyService();
    kube.fail('GET', /scale$/, 500, 3);
    const rig = startController(kube, (now) => quietReading(18, now));
    await pass(rig.clock, 12, 0.5);
    assert.equal(rig.warnings.filter((line) => line.startsWith('a round failed')).length, 3);
    assert.equal(replicasOf(kube), 4);
    await rig.stop();
  });

  it('scales on when only its events are refused', async () => {
    const kube = busyService();
    kube.fail('POST', /events$/, 403, 1000);
    const rig = startController(kube, (now) => quietReading(18, now));
    await pass(rig.clock, 2);
    assert.equal(replicasOf(kube), 4);
    assert.equal(statusOf(kube).pools?.[0]?.current, 4);
    await rig.stop();
  });

  it('tells of a write that was done though the status cannot be written, and of what turned when it can be', async () => {
    const kube = busyService();
    kube.fail('PUT', /status$/, 500, 1);
    const down = { part: 'metrics', reason: 'MetricsUnreadable', message: 'refused' } as const;
    let rounds = 0;
    const rig = startController(kube, (now) =>
      quietReading(18, now, rounds++ === 0 ? {} : { readings: null, troubles: [down] }),
    );
    await settle();
    assert.deepEqual(eventsOf(kube), ['ScaledUp: Deployment/llama: from 2 to 4 replicas (forecast)']);
    kube.fail('PUT', /status$/, 500, 1);
    await pass(rig.clock, 6, 0.5);
    assert.deepEqual(
      eventsOf(kube).map((event) => event.split(':')[0]),
      ['ScaledUp', 'MetricsUnreadable', 'MetricsUnreadable'],
    );
    await rig.stop();
  });

  it('writes the status onto the newest object when a user has changed it meanwhile', async () => {
    const kube = busyService();
    kube.fail('PUT', /status$/, 409);
    const rig = startController(kube, (now) => quietReading(18, now));
    await pass(rig.clock, 2);
    assert.equal(statusOf(kube).pools?.[0]?.current, 4);
    await rig.stop();
  });
});
