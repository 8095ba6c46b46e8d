import assert from 'node:assert/strict';
import { scalesOf, writesIn } from './plane/audit.js';
import type { Fault } from './plane/fault-proxy.js';
import { eventually } from './world/eventually.js';
import { startOwnPlane, type OwnPlane } from './world/own-plane.js';
import { conditionOf, scalersOf, statusOf } from './world/scaler.js';
import { poolOf, wish } from './world/wish.js';

const SCALE = /\/scale(\?|$)/;
const WATCH = /[?&]watch=/;
/** Between two rounds, as the scaler of a scenario has it. */
const INTERVAL_SECONDS = 5;

/** An Event as far as it is read here. */
interface Happening {
  readonly reason: string;
  readonly message: string;
}

/** What the API server does to a request, or to every one for some time; each is over by itself. */
const FAULTS: readonly (readonly [what: string, ...faults: Fault[]])[] = [
  ['a conflict on the scale', { method: 'PATCH', path: SCALE, code: 409, times: 2 }],
  ['too many requests', { method: 'PATCH', path: SCALE, code: 429, times: 2 }],
  ['an internal error', { method: 'PATCH', path: SCALE, code: 500, times: 2 }],
  ['an overloaded server', { code: 503, times: 6 }],
  ['a broken connection', { method: 'PATCH', path: SCALE, drop: true, times: 2 }],
  ['a write that is done and answered 500', { method: 'PATCH', path: SCALE, code: 500, isDone: true, times: 1 }],
  ['cut watches', { path: WATCH, cutAfter: 0.5, times: 4 }],
  ['a watch that says 410', { path: WATCH, watchError: 410, times: 3 }],
  ['a watch that says 500', { path: WATCH, watchError: 500, times: 3 }],
];

describe('an API server with', () => {
  let own: OwnPlane;
  let replicas = 2;
  before(async () => {
    own = await startOwnPlane('faulty', {
      apiServerFlags: ['--watch-cache-sizes=goodputscalers.foresail.dev#0', '--min-request-timeout=10'],
    });
    await eventually(60, async () => assert.equal((await own.scenario.condition('Ready')).status, 'True'));
  });
  after(() => own.stop());

  const next = (): number => (replicas = replicas === 5 ? 2 : replicas + 1);

  for (const [what, ...faults] of FAULTS)
    it(`${what} delays scaling, and no more`, async () => {
      if (what.includes('watch')) own.proxy.faults({ path: WATCH, cutAfter: 0 }); // those that are open end first
      own.proxy.faults(...faults);
      await wish(own.scenario, next(), 25);
      own.proxy.faults();
    });

  it('a compacted history makes it list anew', async () => {
    const { plane, scenario } = own;
    const { metadata } = await plane.kube.get(`${scalersOf('faulty')}/llama`);
    own.proxy.faults({ path: WATCH, drop: true });
    await scenario.change({ forecast: { quantile: 0.95 } });
    const body = JSON.stringify({ revision: metadata.resourceVersion, physical: true });
    await fetch(`${plane.etcd}/v3/kv/compaction`, { method: 'POST', body });
    own.proxy.faults();
    await wish(scenario, next(), 25);
  });

  it('a restart is lived through', async () => {
    await own.plane.restart('all');
    await wish(own.scenario, next(), 30);
  });

  it('a step that is done and answered 504 is known for its own, and is one step', async () => {
    await own.scenario.change({ mode: 'Auto', pools: [poolOf(2)] });
    await eventually(25, async () => assert.equal(await own.scenario.asked('serve'), 2));
    const since = Date.now() / 1000;
    own.proxy.faults({ method: 'PATCH', path: SCALE, code: 504, isDone: true, times: 1 });
    await own.scenario.change({ mode: 'Bounded', maxStep: 1, pools: [poolOf(4)] });
    await eventually(30, async () => assert.equal(await own.scenario.asked('serve'), 4));
    assert.equal(own.proxy.met(), 1);
    const steps = scalesOf(own.plane, 'faulty', 'llama-serve').filter(({ at }) => at > since);
    assert.deepEqual(
      steps.map(({ replicas: count }) => count),
      [3, 4],
    );
    const apart = steps[1]!.at - steps[0]!.at;
    assert.ok(apart > INTERVAL_SECONDS - 1, `the second step came after ${apart.toFixed(1)} s, not an interval later`);
    await eventually(15, async () => {
      const status = await statusOf(own.plane.kube, 'faulty');
      const { current, desired } = status.pools![0]!;
      assert.deepEqual({ current, desired }, { current: 4, desired: 4 });
      for (const type of ['Ready', 'ScalingActive']) assert.equal(conditionOf(status, type).status, 'True', type);
      assert.equal(conditionOf(status, 'Conflicted').status, 'False');
      assert.ok(Date.parse(status.lastScaleTime ?? '') / 1000 > since);
    });
    const said = (await own.plane.kube.list('/api/v1/namespaces/faulty/events')) as unknown as Happening[];
    const steppedUp = said.filter(({ reason, message }) => reason === 'ScaledUp' && /from 2 to 3 /.test(message));
    assert.ok(steppedUp.length >= 1, 'the step whose answer was lost has its event');
  });

  it('none of these was taken for a change by another', async () => {
    const said = (await own.plane.kube.list('/api/v1/namespaces/faulty/events')) as unknown as Happening[];
    assert.ok(
      said.some(({ reason }) => reason === 'ScaledUp'),
      'there are events',
    );
    assert.deepEqual(
      said.filter(({ reason }) => reason === 'OutsideChange').map(({ message }) => message),
      [],
    );
  });

  it('all of these never made it cross a bound, or write what it had written', () => {
    const counts = scalesOf(own.plane, 'faulty', 'llama-serve').map((scale) => scale.replicas);
    assert.ok(counts.length >= FAULTS.length);
    for (const count of counts) assert.ok(count >= 2 && count <= 5, counts.join(', '));
    const ofStatus = writesIn(own.plane, 'faulty').filter(({ objectRef }) => objectRef?.subresource === 'status');
    assert.ok(ofStatus.length < 600, `${ofStatus.length} writes of status`);
  });
});
