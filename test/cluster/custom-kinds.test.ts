import assert from 'node:assert/strict';
import { byOperator, scalesOf, writesIn } from './plane/audit.js';
import { sharedPlane } from './plane/shared-plane.js';
import { define } from './world/definition.js';
import { eventually } from './world/eventually.js';
import { LEADER_WORKER_SETS, leaderWorkerSetsOf, playController, scalableKind } from './world/leader-worker-set.js';
import { conditionOf, createScaler, removeScalers, scalersOf, statusOf } from './world/scaler.js';
import { createService } from './world/service.js';

const plane = sharedPlane();

/** The one pool of a scaler whose target is of a kind of one's own; its pods are those that the scale selects. */
function poolOf(apiVersion: string, kind: string, minReplicas: number, maxReplicas: number): object[] {
  return [{ role: 'serve', scaleTargetRef: { apiVersion, kind, name: 'llama' }, minReplicas, maxReplicas }];
}

describe('a LeaderWorkerSet, which scaleTargets of the chart has', () => {
  const set = `${leaderWorkerSetsOf('groups')}/llama`;
  const pools = (...bounds: [number, number]): object[] =>
    poolOf('leaderworkerset.x-k8s.io/v1', 'LeaderWorkerSet', ...bounds);
  const over = new AbortController();
  let played: Promise<void>;
  let undefine: () => Promise<void>;
  before(async () => {
    undefine = await define(plane.kube, LEADER_WORKER_SETS);
    await createService(plane, 'groups', []);
    await plane.kube.create(leaderWorkerSetsOf('groups'), {
      ...{ apiVersion: 'leaderworkerset.x-k8s.io/v1', kind: 'LeaderWorkerSet', metadata: { name: 'llama' } },
      spec: { replicas: 1 },
    });
    played = playController(plane, 'groups', 'llama', over.signal);
    await createScaler(plane.kube, 'groups', {
      mode: 'Auto',
      spec: { pools: pools(2, 4), behavior: { scaleDown: { stabilizationWindowSeconds: 0 } } },
    });
  });
  after(async () => {
    await removeScalers(plane.kube, 'groups');
    over.abort();
    await played;
    await undefine();
  });

  const replicas = async (): Promise<number> => ((await plane.kube.get(set)).spec as { replicas: number }).replicas;

  it('is scaled up to the least of its bounds, a group at a time, and its leaders count as replicas', async () => {
    await eventually(60, async () => assert.equal(await replicas(), 2));
    await eventually(60, async () => {
      const status = await statusOf(plane.kube, 'groups');
      assert.deepEqual(conditionOf(status, 'Ready').status, 'True', conditionOf(status, 'Ready').message);
      const { current, ready } = status.pools![0]!;
      assert.deepEqual({ current, ready }, { current: 2, ready: 2 });
    });
  });

  it('is scaled down to the most of them', async () => {
    await plane.kube.patch(`${scalersOf('groups')}/llama`, { spec: { pools: pools(1, 1) } });
    await eventually(60, async () => assert.equal(await replicas(), 1));
  });

  it('is written through its scale subresource alone', () => {
    const scales = scalesOf(plane, 'groups', 'llama').filter(({ event }) => byOperator(event));
    assert.deepEqual(
      scales.map((scale) => scale.replicas),
      [2, 1],
    );
    const written = writesIn(plane, 'groups').filter(byOperator);
    for (const { objectRef } of written)
      if (objectRef?.resource === 'leaderworkersets') assert.equal(objectRef.subresource, 'scale');
  });
});

describe('a kind that scaleTargets of the chart lacks', () => {
  let undefine: () => Promise<void>;
  before(async () => {
    undefine = await define(plane.kube, scalableKind('test.foresail.dev', 'v1', 'Fleet', 'fleets'));
    await createService(plane, 'unlisted', []);
    await plane.kube.create('/apis/test.foresail.dev/v1/namespaces/unlisted/fleets', {
      ...{ apiVersion: 'test.foresail.dev/v1', kind: 'Fleet', metadata: { name: 'llama' }, spec: { replicas: 1 } },
    });
    const pools = poolOf('test.foresail.dev/v1', 'Fleet', 2, 4);
    await createScaler(plane.kube, 'unlisted', { mode: 'Auto', spec: { pools } });
  });
  after(async () => {
    await removeScalers(plane.kube, 'unlisted');
    await undefine();
  });

  it('is told in conditions, with what the value must have', async () => {
    const status = await eventually(60, async () => {
      const seen = await statusOf(plane.kube, 'unlisted');
      assert.equal(conditionOf(seen, 'Ready').status, 'False');
      return seen;
    });
    const { reason, message } = conditionOf(status, 'Ready');
    assert.equal(reason, 'Forbidden');
    assert.match(message, /Fleet\/llama.*scaleTargets.*\{group: "test\.foresail\.dev", resource: fleets\}/);
    assert.equal(conditionOf(status, 'ScalingActive').status, 'False');
    assert.deepEqual(scalesOf(plane, 'unlisted', 'llama'), []);
  });

  it('that no one serves is told too', async () => {
    await plane.kube.patch(`${scalersOf('unlisted')}/llama`, {
      spec: { pools: poolOf('test.foresail.dev/v1', 'Armada', 2, 4) },
    });
    await eventually(60, async () => {
      const { reason, message } = conditionOf(await statusOf(plane.kube, 'unlisted'), 'Ready');
      assert.equal(reason, 'TargetNotSupported', message);
      assert.match(message, /no Armada of test\.foresail\.dev\/v1/);
    });
  });
});
