import assert from 'node:assert/strict';
import { guarded } from '../../src/operator/guarded.js';
import { openElection, type Election } from '../../src/operator/leader.js';
import { fakeKube, type FakeKube } from '../helpers/fake-kube.js';
import { manualClock, type ManualClock } from '../helpers/manual-clock.js';
import { deploymentPath, EPOCH, pass, putFleet } from '../helpers/operator.js';

const LEASE = '/apis/coordination.k8s.io/v1/namespaces/foresail-system/leases/foresail';

/** A candidate; `skewSeconds` sets its wall clock off, which must not matter. */
function stand(kube: FakeKube, clock: ManualClock, identity: string, skewSeconds = 0): Election {
  return openElection({
    ...{ api: kube, namespace: 'foresail-system', name: 'foresail', identity, clock },
    epochSeconds: () => EPOCH + skewSeconds + clock.now(),
  });
}

const holder = (kube: FakeKube): unknown => (kube.get(LEASE)?.spec as { holderIdentity: string }).holderIdentity;

describe('the election of a leader', () => {
  it('makes the first candidate leader, and only it, however wrong the clocks are', async () => {
    const kube = fakeKube();
    const clock = manualClock();
    const a = stand(kube, clock, 'a');
    await pass(clock, 1);
    const b = stand(kube, clock, 'b', 3600);
    await pass(clock, 60);
    assert.deepEqual([a.isLeader(), b.isLeader(), holder(kube)], [true, false, 'a']);
    await Promise.all([a.stop(), b.stop()]);
  });

  it('passes on at once when the leader stops', async () => {
    const kube = fakeKube();
    const clock = manualClock();
    const a = stand(kube, clock, 'a');
    await pass(clock, 1);
    const b = stand(kube, clock, 'b');
    await pass(clock, 10);
    await a.stop();
    assert.equal(a.isLeader(), false);
    await pass(clock, 4);
    assert.equal(b.isLeader(), true);
    await b.stop();
  });

  it('passes on after the lease when the leader dies, and never has two', async () => {
    const kube = fakeKube();
    const [alive, dying] = [manualClock(), manualClock()];
    const a = stand(kube, dying, 'a');
    await pass(dying, 1);
    const b = stand(kube, alive, 'b');
    await pass(alive, 5);
    let took = 0; // a's clock stands still from here on, as that of a dead process does
    for (; !b.isLeader(); took++) await pass(alive, 1);
    assert.ok(took >= 10 && took <= 17, `${took} s`);
    dying.moveTo(100); // and if it was only asleep, it knows that its time is over before it does anything
    assert.equal(a.isLeader(), false);
    await Promise.all([a.stop(), b.stop()]);
  });

  it('stops writing before another may begin when the lease cannot be renewed', async () => {
    const kube = fakeKube();
    const clock = manualClock();
    const a = stand(kube, clock, 'a');
    await pass(clock, 3);
    kube.fail('PUT', /leases/, 500, 100);
    await pass(clock, 8);
    assert.equal(a.isLeader(), true);
    await pass(clock, 3);
    assert.equal(a.isLeader(), false);
    await a.stop();
  });

  it('is over for a leader whose lease another has taken', async () => {
    const kube = fakeKube();
    const clock = manualClock();
    const a = stand(kube, clock, 'a');
    await pass(clock, 1);
    const spec = { holderIdentity: 'other', leaseDurationSeconds: 15 };
    kube.put(LEASE, { metadata: { name: 'foresail', namespace: 'foresail-system' }, spec });
    await pass(clock, 3);
    assert.deepEqual([a.isLeader(), holder(kube)], [false, 'other']);
    await a.stop();
    assert.equal(holder(kube), 'other', 'a lease of another is not given back');
  });

  it('counts the time that only the wall clock saw: the machine slept', async () => {
    const kube = fakeKube();
    const clock = manualClock();
    let slept = 0;
    const epochSeconds = (): number => EPOCH + clock.now() + slept;
    const a = openElection({ api: kube, namespace: 'n', name: 'l', identity: 'a', clock, epochSeconds });
    await pass(clock, 1);
    assert.equal(a.isLeader(), true);
    slept = 11;
    assert.equal(a.isLeader(), false);
    await a.stop();
  });

  it('writes times as Leases have them', async () => {
    const kube = fakeKube();
    const clock = manualClock();
    const a = stand(kube, clock, 'a');
    await pass(clock, 1);
    const { renewTime } = kube.get(LEASE)?.spec as { renewTime: string };
    assert.match(renewTime, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    await a.stop();
  });
});

describe('a guarded API', () => {
  it('reads always, and writes only while it may', async () => {
    const kube = fakeKube();
    putFleet(kube, 'llama', 2);
    let may = false;
    const api = guarded(kube, () => may);
    const path = `${deploymentPath('llama')}/scale`;
    const write = { method: 'PATCH', path, body: { spec: { replicas: 3 } } } as const;
    await api.send({ method: 'GET', path });
    await assert.rejects(api.send(write), { reason: 'NotLeader' });
    assert.equal(kube.writes.length, 0);
    may = true;
    await api.send(write);
    assert.equal(kube.writes.length, 1);
  });
});
