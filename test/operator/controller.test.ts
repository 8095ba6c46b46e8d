import assert from 'node:assert/strict';
import type { ReconcileRecord } from '../../src/operator/index.js';
import type { ServiceReading } from '../../src/operator/service.js';
import { fakeKube } from '../helpers/fake-kube.js';
import { conditionOf, eventsOf, replicasOf, scalesOf, startController, statusOf } from '../helpers/controller-rig.js';
import { pass, podPath, putFleet, quietReading, scalerObject, scalerPath } from '../helpers/operator.js';

describe('the controller', () => {
  it('scales a target to what the forecast needs, through its scale subresource and onto what it read', async () => {
    const kube = fakeKube();
    putFleet(kube, 'llama', 2);
    kube.put(scalerPath('llama'), scalerObject('llama'));
    const rig = startController(kube, (now) => quietReading(18, now));
    await pass(rig.clock, 2);
    assert.equal(replicasOf(kube), 4);
    const [scale] = kube.writes.filter(({ path }) => path.endsWith('/scale'));
    assert.equal(scale!.method, 'PATCH');
    assert.ok((scale!.body.metadata as { resourceVersion?: string }).resourceVersion);
    await rig.stop();
  });

  it('says in the status what it saw, decided and did', async () => {
    const kube = fakeKube();
    putFleet(kube, 'llama', 2);
    kube.put(scalerPath('llama'), scalerObject('llama'));
    const rig = startController(kube, (now) => quietReading(18, now));
    await pass(rig.clock, 2);
    const status = statusOf(kube);
    assert.deepEqual(status.pools, [{ role: 'serve', current: 4, ready: 2, desired: 4, reason: 'forecast' }]);
    assert.equal(status.observedGeneration, 1);
    assert.equal(status.decision?.kind, 'scale');
    assert.equal(status.forecast?.p90, 18);
    assert.equal(status.lastScaleTime, status.decision.at);
    assert.equal(conditionOf(kube, 'Ready'), 'True Reconciled');
    assert.equal(conditionOf(kube, 'ScalingActive'), 'True Scaling');
    assert.deepEqual(eventsOf(kube), ['ScaledUp: Deployment/llama: from 2 to 4 replicas (forecast)']);
    await rig.stop();
  });

  it('records the forecast of requests, and of the tokens that they bring, per second', async () => {
    const kube = fakeKube();
    putFleet(kube, 'llama', 4);
    kube.put(scalerPath('llama'), scalerObject('llama'));
    const records: ReconcileRecord[] = [];
    const reading = (now: number): ServiceReading => {
      const quiet = quietReading(18, now);
      return { ...quiet, forecast: { ...quiet.forecast!, meanTokens: { promptTokens: 500, outputTokens: 200 } } };
    };
    const rig = startController(kube, reading, { onRecord: (record) => records.push(record) });
    await pass(rig.clock, 2);
    assert.deepEqual(
      records[0]!.forecasts.map(({ target, points: [first] }) => [target, first]),
      [
        ['requests', { horizonSeconds: 60, p50: 18, p90: 18 }],
        ['promptTokens', { horizonSeconds: 60, p50: 9000, p90: 9000 }],
        ['outputTokens', { horizonSeconds: 60, p50: 3600, p90: 3600 }],
      ],
    );
    await rig.stop();
  });

  it('does a round at every interval, and its own status starts none', async () => {
    const kube = fakeKube();
    putFleet(kube, 'llama', 4);
    kube.put(scalerPath('llama'), scalerObject('llama'));
    let rounds = 0;
    const rig = startController(kube, (now) => (rounds++, quietReading(18, now)));
    await pass(rig.clock, 60);
    assert.equal(rounds, 5); // at 0, 15, 30, 45 and 60
    await rig.stop();
  });

  for (const mode of ['Shadow', 'Recommend'])
    it(`writes no replicas in mode ${mode}, and says what it would do`, async () => {
      const kube = fakeKube();
      putFleet(kube, 'llama', 2);
      kube.put(scalerPath('llama'), scalerObject('llama', { mode }));
      const rig = startController(kube, (now) => quietReading(18, now));
      await pass(rig.clock, 40);
      assert.equal(replicasOf(kube), 2);
      assert.equal(statusOf(kube).pools?.[0]!.desired, 4);
      assert.equal(conditionOf(kube, 'ScalingActive'), `False ${mode}`);
      await rig.stop();
    });

  it('starts over when a spec changes, and ends when a resource goes: replicas stay', async () => {
    const kube = fakeKube();
    putFleet(kube, 'llama', 2);
    kube.put(scalerPath('llama'), scalerObject('llama', { mode: 'Shadow' }));
    const forgotten: string[] = [];
    const rig = startController(kube, (now) => quietReading(18, now), { onForget: (key) => forgotten.push(key) });
    await pass(rig.clock, 2);
    kube.put(scalerPath('llama'), scalerObject('llama', {}, { generation: 2 }));
    await pass(rig.clock, 3);
    assert.equal(replicasOf(kube), 4);
    assert.equal(statusOf(kube).observedGeneration, 2);
    kube.remove(scalerPath('llama'));
    await pass(rig.clock, 60);
    assert.deepEqual(forgotten, ['ai/llama']);
    assert.equal(replicasOf(kube), 4);
    assert.deepEqual(scalesOf(kube), ['llama 4']);
    await rig.stop();
  });

  it('says that a spec cannot be used, and touches nothing', async () => {
    const kube = fakeKube();
    putFleet(kube, 'llama', 2);
    kube.put(scalerPath('llama'), scalerObject('llama', { pools: [] }));
    const records: ReconcileRecord[] = [];
    const onRecord = (record: ReconcileRecord): number => records.push(record);
    const rig = startController(kube, (now) => quietReading(18, now), { onRecord });
    await pass(rig.clock, 2);
    assert.equal(conditionOf(kube, 'Ready'), 'False InvalidSpec');
    assert.deepEqual(
      records.map(({ resource, generation, conditions }) => [resource, generation, conditions[0]?.reason]),
      [[{ namespace: 'ai', name: 'llama' }, null, 'InvalidSpec']],
    );
    assert.deepEqual(scalesOf(kube), []);
    await rig.stop();
  });

  it('says that nothing is allowed by limits that the API server took, and touches nothing', async () => {
    const kube = fakeKube();
    for (const name of ['p', 'd']) putFleet(kube, name, 3);
    const pools = [
      { role: 'prefill', scaleTargetRef: { name: 'p' }, maxReplicas: 4 },
      { role: 'decode', scaleTargetRef: { name: 'd' }, minReplicas: 3, maxReplicas: 8 },
    ];
    kube.put(scalerPath('llama'), scalerObject('llama', { pools, ratio: { min: '2:1', max: '3:1' } }));
    const rig = startController(kube, (now) => quietReading(18, now));
    await pass(rig.clock, 2);
    assert.equal(conditionOf(kube, 'Ready'), 'False InvalidSpec');
    assert.match(statusOf(kube).conditions![0]!.message, /ratio and budget must allow some replicas together$/);
    assert.deepEqual(scalesOf(kube), []);
    await rig.stop();
  });

  it('takes back what it told when it leads again: another one knows better since', async () => {
    const kube = fakeKube();
    putFleet(kube, 'llama', 2);
    kube.put(scalerPath('llama'), scalerObject('llama'));
    const told: string[] = [];
    const rig = startController(kube, (now) => quietReading(18, now), {
      onRecord: ({ resource }) => told.push(`round ${resource.name}`),
      onForget: (key) => told.push(`forget ${key}`),
    });
    await pass(rig.clock, 2);
    rig.begin();
    await pass(rig.clock, 2);
    assert.deepEqual(told, ['round llama', 'forget ai/llama', 'round llama']);
    await rig.stop();
  });

  it('does nothing while another leads, and looks at everything anew when it begins', async () => {
    const kube = fakeKube();
    putFleet(kube, 'llama', 2);
    kube.put(scalerPath('llama'), scalerObject('llama'));
    let leads = false;
    const rig = startController(kube, (now) => quietReading(18, now), { mayWrite: () => leads });
    await pass(rig.clock, 30);
    assert.deepEqual(kube.writes, []);
    leads = true;
    rig.begin();
    await pass(rig.clock, 2);
    assert.equal(replicasOf(kube), 4);
    await rig.stop();
  });

  it('writes nothing more in the middle of a round when it no longer leads', async () => {
    const kube = fakeKube();
    putFleet(kube, 'llama', 2);
    kube.put(scalerPath('llama'), scalerObject('llama'));
    let leads = true;
    const reading = (now: number) => ((leads = false), quietReading(18, now)); // the lease is lost while it reads
    const rig = startController(kube, reading, { mayWrite: () => leads });
    await pass(rig.clock, 5);
    assert.deepEqual(kube.writes, []);
    await rig.stop();
  });

  it('writes nothing at all in a dry run, and says what it would do', async () => {
    const kube = fakeKube();
    putFleet(kube, 'llama', 2);
    kube.put(scalerPath('llama'), scalerObject('llama'));
    const wanted: unknown[] = [];
    const rig = startController(kube, (now) => quietReading(18, now), {
      ...{ isDryRun: true, mayWrite: () => false },
      onRecord: ({ pools, writes }) => wanted.push([pools[0]!.current, pools[0]!.desired, writes]),
    });
    await pass(rig.clock, 2);
    assert.deepEqual(wanted, [[2, 4, []]]);
    assert.deepEqual(kube.writes, []);
    await rig.stop();
  });

  it('marks the emptiest pods before it scales down', async () => {
    const kube = fakeKube();
    putFleet(kube, 'llama', 4);
    kube.put(scalerPath('llama'), scalerObject('llama'));
    const busy = { 'llama-0': 9, 'llama-1': 0, 'llama-2': 5, 'llama-3': 1 };
    const rig = startController(kube, (now) => {
      const quiet = quietReading(9, now);
      return { ...quiet, readings: { ...quiet.readings!, emptiestPods: { serve: busy } } };
    });
    await pass(rig.clock, 20);
    assert.equal(replicasOf(kube), 2);
    const marked = ['llama-0', 'llama-1', 'llama-2', 'llama-3'].map((name) =>
      Object.values(kube.get(podPath(name))!.metadata.annotations ?? {}),
    );
    assert.deepEqual(marked, [[], ['-100'], [], ['-100']]);
    await rig.stop();
  });
});
