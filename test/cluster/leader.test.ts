import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { podOf, scalesOf, writesIn } from './plane/audit.js';
import type { Child } from './plane/child.js';
import type { RunningPod } from './plane/kubelet.js';
import { eventually, throughout } from './world/eventually.js';
import { operatorIsReady, SYSTEM_NAMESPACE } from './world/install.js';
import { startOwnPlane, type OwnPlane } from './world/own-plane.js';
import { poolOf, wish } from './world/wish.js';

describe('two controllers', () => {
  let own: OwnPlane;
  before(async () => {
    own = await startOwnPlane('pair', { replicas: 2 });
    await wish(own.scenario, 3, 60);
  });
  after(() => own.stop());

  const leases = `/apis/coordination.k8s.io/v1/namespaces/${SYSTEM_NAMESPACE}/leases`;
  const leader = async (): Promise<string> => {
    const [lease] = await own.plane.kube.list(leases);
    const { holderIdentity = '' } = lease!.spec as { holderIdentity?: string };
    const pods = own.kubelet.pods(SYSTEM_NAMESPACE);
    const pod = pods.find(({ pod: { metadata } }) => holderIdentity === `${metadata.name}_${metadata.uid ?? ''}`);
    return pod?.pod.metadata.name ?? '';
  };
  const podCalled = (name: string): RunningPod =>
    own.kubelet.pods(SYSTEM_NAMESPACE).find(({ pod }) => pod.metadata.name === name)!;
  const processOf = (name: string): Child => podCalled(name).child!;
  const scalesBy = (since: number) =>
    scalesOf(own.plane, 'pair', 'llama-serve')
      .filter(({ at, event }) => at >= since && podOf(event) !== null)
      .map(({ at, event, replicas }) => ({ at, pod: podOf(event)!, replicas }));

  it('are two, of which one has written so far', async () => {
    assert.equal(own.kubelet.pods(SYSTEM_NAMESPACE).length, 2);
    assert.deepEqual([...new Set(scalesBy(0).map(({ pod }) => pod))], [await leader()]);
  });

  for (const [when, fault, writer, replicas] of [
    ['before its write is taken', { hang: true }, 'second', 5],
    ['after its write is taken and before it hears so', { hang: true, isDone: true }, 'first', 6],
  ] as const)
    it(`lose their leader ${when}: the other takes over, and replicas are written once`, async () => {
      const first = await leader();
      const since = Date.now() / 1000;
      own.proxy.faults({ method: 'PATCH', path: /\/scale/, times: 1, ...fault });
      await own.scenario.change({ pools: [poolOf(replicas)] });
      await eventually(20, () => assert.ok(own.proxy.met() > 0, 'the leader is writing'));
      if (writer === 'first')
        await eventually(20, async () => assert.equal(await own.scenario.asked('serve'), replicas));
      const letGo = own.kubelet.holdBack(podCalled(first));
      processOf(first).signal('SIGKILL');
      const killed = Date.now() / 1000;
      const second = await eventually(60, async () => {
        const holder = await leader();
        const wroteStatus = writesIn(own.plane, 'pair').some((write) => write.at > killed && podOf(write) === holder);
        assert.ok(![first, ''].includes(holder) && wroteStatus, `${holder} leads, killed was ${first}`);
        assert.equal(await own.scenario.asked('serve'), replicas);
        return holder;
      });
      await sleep(6000); // a round and more
      const scales = scalesBy(since).map(({ pod, replicas: written }) => ({ pod, written }));
      assert.deepEqual(scales, [{ pod: writer === 'first' ? first : second, written: replicas }]);
      assert.ok(!processOf(first).isRunning(), 'it did not come back meanwhile');
      letGo();
      await operatorIsReady(own.plane.kube, SYSTEM_NAMESPACE);
    });

  it('have a leader that was stopped: the other takes over, and the first writes nothing when it wakes', async () => {
    await eventually(60, async () => assert.notEqual(await leader(), ''));
    const first = await leader();
    await wish(own.scenario, 2, 30);
    own.proxy.faults({ method: 'PATCH', path: /\/scale/, hang: true, times: 1 });
    await own.scenario.change({ pools: [poolOf(4)] });
    await eventually(20, () => assert.ok(own.proxy.met() > 0, 'the leader is writing'));
    processOf(first).signal('SIGSTOP');
    const since = Date.now() / 1000;
    own.proxy.faults();
    await eventually(60, async () => {
      assert.notEqual(await leader(), first);
      assert.equal(await own.scenario.asked('serve'), 4);
    });
    const second = await leader();
    const woken = Date.now() / 1000;
    processOf(first).signal('SIGCONT');
    await throughout(12, async () => assert.equal(await leader(), second));
    await wish(own.scenario, 5, 30);
    for (const { pod, at } of scalesBy(since)) assert.equal(pod, second, `a write by ${pod} at ${at}`);
    const lateWrites = writesIn(own.plane, 'pair').filter((event) => event.at >= woken && podOf(event) === first);
    assert.deepEqual(lateWrites, [], 'neither replicas nor status');
  });
});
