import assert from 'node:assert/strict';
import type { KubeObject } from '../../src/operator/kube/kube-api.js';
import { launchSecondsOf, noLaunches, noteLaunches } from '../../src/operator/launch-times.js';
import { observationOf } from '../../src/operator/live-fleet.js';
import { podAddresses } from '../../src/operator/open-service.js';
import { readPod, type PodSeen } from '../../src/operator/pods.js';
import { selectorText, type PoolSeen } from '../../src/operator/pools.js';
import { victimsOf } from '../../src/operator/act.js';
import { EPOCH, pod } from '../helpers/operator.js';

const seen = (name: string, createdAt: number, readyAt: number | null, status = {}): PodSeen =>
  readPod(pod(name, 'llama', createdAt, readyAt, status) as unknown as KubeObject)!;

function poolOf(replicas: number, pods: readonly PodSeen[]): PoolSeen {
  const target = { target: 'Deployment/llama', scalePath: '/scale', resourceVersion: '1', selector: 'app=llama' };
  return { role: 'serve', ...target, replicas, pods, trouble: null };
}

const CREATING = { containerStatuses: [{ state: { waiting: { reason: 'PodInitializing' } } }] };

describe('a pod', () => {
  it('is ready since its condition says so, and not while it is being deleted', () => {
    assert.deepEqual([seen('a', 0, 60).isReady, seen('a', 0, 60).readyAt], [true, EPOCH + 60]);
    const leaving = pod('a', 'llama', 0, 60) as { metadata: Record<string, unknown> };
    leaving.metadata.deletionTimestamp = '2026-01-01T00:00:00Z';
    const read = readPod(leaving as unknown as KubeObject)!;
    assert.deepEqual([read.isReady, read.isDraining], [false, true]);
  });

  it('that has ended is none any more', () => {
    for (const phase of ['Succeeded', 'Failed'])
      assert.equal(readPod(pod('a', 'llama', 0, null, { phase }) as unknown as KubeObject), null);
  });

  for (const [trouble, status] of [
    ['Unschedulable', { conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }] }],
    ['CrashLoop', { containerStatuses: [{ state: { waiting: { reason: 'CrashLoopBackOff' } } }] }],
    ['ImageMissing', { containerStatuses: [{ state: { waiting: { reason: 'ImagePullBackOff' } } }] }],
    ['ContainerError', { containerStatuses: [{ state: { waiting: { reason: 'CreateContainerConfigError' } } }] }],
    ['CrashLoop', { initContainerStatuses: [{ state: { waiting: { reason: 'CrashLoopBackOff' } } }] }],
    ['ImageMissing', { initContainerStatuses: [{ state: { waiting: { reason: 'ErrImagePull' } } }], ...CREATING }],
    [null, { initContainerStatuses: [{ state: { running: {} } }], ...CREATING }],
    [null, { containerStatuses: [{ state: { waiting: { reason: 'ContainerCreating' } } }] }],
  ] as const)
    it(`that waits is in trouble or not: ${trouble}`, () => assert.equal(seen('a', 0, null, status).trouble, trouble));

  it('is asked for its metrics at its address while it may answer', () => {
    const pods = [seen('a', 0, 60, { podIP: '10.0.0.1' }), seen('b', 0, null, { podIP: '10.0.0.2' }), seen('c', 0, 60)];
    const six = seen('d', 0, 60, { podIP: 'fd00::1' });
    const urls = podAddresses([poolOf(4, [...pods, six])], { port: 8000, path: '/metrics' }).map(({ url }) => url);
    assert.deepEqual(urls, ['http://10.0.0.1:8000/metrics', 'http://[fd00::1]:8000/metrics']);
  });
});

describe('launch times', () => {
  const none = new Set<string>();

  it('are unknown until a pod was seen ready', () => {
    assert.equal(launchSecondsOf(noLaunches()), null);
    assert.equal(launchSecondsOf(noteLaunches(noLaunches(), 'serve', [seen('a', 0, null)], none)), null);
  });

  it('are from creation to readiness; three of four take no longer', () => {
    const pods = [40, 50, 60, 70, 80].map((seconds, i) => seen(`p${i}`, 0, seconds));
    assert.equal(launchSecondsOf(noteLaunches(noLaunches(), 'serve', pods, none)), 70);
  });

  it('are the slowest role’s', () => {
    const prefill = noteLaunches(noLaunches(), 'prefill', [seen('p', 0, 40)], none);
    assert.equal(launchSecondsOf(noteLaunches(prefill, 'decode', [seen('d', 0, 90)], none)), 90);
  });

  it('stay what a pod has shown when it loses and finds its readiness', () => {
    const first = noteLaunches(noLaunches(), 'serve', [seen('a', 0, 60)], none);
    assert.equal(launchSecondsOf(noteLaunches(first, 'serve', [seen('a', 0, 900)], none)), 60);
  });

  it('are not told by pods that restarted, nor by old ones whose start nobody saw', () => {
    const restarted = seen('a', 0, 500, { containerStatuses: [{ restartCount: 2 }] });
    const old = seen('b', 0, 86_400);
    assert.equal(launchSecondsOf(noteLaunches(noLaunches(), 'serve', [restarted, old], none)), null);
    const watched = noteLaunches(noLaunches(), 'serve', [seen('b', 0, 3600)], new Set(['uid-b']));
    assert.equal(launchSecondsOf(watched), 3600);
  });

  it('are forgotten for newer ones', () => {
    let known = noLaunches();
    for (let i = 0; i < 60; i++) known = noteLaunches(known, 'serve', [seen(`old${i}`, i, i + 100)], none);
    for (let i = 0; i < 20; i++) known = noteLaunches(known, 'serve', [seen(`new${i}`, i, i + 30)], none);
    assert.equal(launchSecondsOf(known), 30);
    assert.equal(known.byPod.size, 50);
  });
});

describe('the live fleet', () => {
  const now = EPOCH + 1000;
  const roleOf = (replicas: number, pods: readonly PodSeen[]) =>
    observationOf([poolOf(replicas, pods)], null, [], now, { serve: now - 20 }).roles.serve!;

  it('has replicas that are ready, that start, and that are asked for and have no pod yet', () => {
    const { current, ready, startingSince, draining } = roleOf(4, [seen('a', 0, 60), seen('b', 900, null)]);
    assert.deepEqual([current, ready, draining], [4, 1, 0]);
    assert.deepEqual(startingSince, [EPOCH + 900, now - 20, now - 20]);
  });

  it('counts pods beyond what is asked for as on their way out', () => {
    const { current, ready, startingSince, draining } = roleOf(1, [
      seen('a', 0, 60),
      seen('b', 0, 60),
      seen('c', 9, null),
    ]);
    assert.deepEqual([current, ready, startingSince, draining], [1, 1, [], 2]);
  });

  it('knows nothing of a service whose metrics are missing: unknown is not 0', () => {
    const { waiting, running, kvUse } = roleOf(1, []);
    assert.deepEqual([waiting, running, kvUse], [null, null, null]);
  });
});

describe('the pods that go first', () => {
  const four = ['a', 'b', 'c', 'd'].map((name, i) => seen(name, i, 60));

  it('are the emptiest, and the younger ones of equals', () => {
    assert.deepEqual([...victimsOf(four, 2, { a: 0, b: 5, c: 0, d: 0 })], ['d', 'c']);
  });

  it('are none while pods that are not ready suffice', () => {
    assert.deepEqual([...victimsOf([...four, seen('e', 9, null)], 4, { a: 0, b: 1, c: 2, d: 3 })], []);
  });

  it('are only pods of which something is known', () => {
    assert.deepEqual([...victimsOf(four, 1, { b: 3 })], ['b']);
  });
});

describe('a label selector', () => {
  it('is written as URLs have it', () => {
    const matchExpressions = [
      { key: 'tier', operator: 'In' as const, values: ['a', 'b'] },
      { key: 'old', operator: 'DoesNotExist' as const },
      { key: 'gpu', operator: 'Exists' as const },
      { key: 'zone', operator: 'NotIn' as const, values: ['x'] },
    ];
    const text = selectorText({ matchLabels: { app: 'llama' }, matchExpressions });
    assert.equal(text, 'app=llama,tier in (a,b),!old,gpu,zone notin (x)');
  });
});
