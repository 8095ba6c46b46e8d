import assert from 'node:assert/strict';
import { openController, type ControllerOptions } from '../../src/operator/controller.js';
import type { GoodputScalerStatus } from '../../src/operator/index.js';
import type { ServiceReading } from '../../src/operator/service.js';
import { fakeKube, type FakeKube } from '../helpers/fake-kube.js';
import { manualClock, type ManualClock } from '../helpers/manual-clock.js';
import {
  deploymentPath,
  EPOCH,
  fakeService,
  pass,
  putFleet,
  quietReading,
  scalerObject,
  scalerPath,
} from '../helpers/operator.js';

interface Rig {
  readonly kube: FakeKube;
  readonly clock: ManualClock;
  readonly warnings: string[];
  readonly stop: () => Promise<void>;
}

/** A controller on a fake API server, whose service needs so many requests per second served. */
function start(kube: FakeKube, reading: (now: number) => ServiceReading, change: Partial<ControllerOptions> = {}): Rig {
  const clock = manualClock();
  const warnings: string[] = [];
  const controller = openController({
    ...{ api: kube, namespaces: [], clock, epochSeconds: () => EPOCH + clock.now(), random: () => 0.5 },
    mayWrite: () => true,
    openService: () => Promise.resolve(fakeService(reading)),
    log: { info: () => undefined, warn: (fields, message) => warnings.push(`${message} ${JSON.stringify(fields)}`) },
    ...change,
  });
  return { kube, clock, warnings, stop: () => controller.stop() };
}

const replicasOf = (kube: FakeKube, name = 'llama'): unknown =>
  (kube.get(deploymentPath(name))?.spec as { replicas: number }).replicas;
const statusOf = (kube: FakeKube, name = 'llama'): GoodputScalerStatus =>
  kube.get(scalerPath(name))?.status as GoodputScalerStatus;
const conditionOf = (kube: FakeKube, type: string, name = 'llama'): string => {
  const found = statusOf(kube, name).conditions?.find((one) => one.type === type);
  return `${found?.status} ${found?.reason}`;
};
const events = (kube: FakeKube): string[] =>
  kube.writes
    .filter(({ path }) => path.endsWith('/events'))
    .map(({ body }) => `${body.reason as string}: ${body.message as string}`);

describe('the controller', () => {
  it('scales a target to what the forecast needs, through its scale subresource and onto what it read', async () => {
    const kube = fakeKube();
    putFleet(kube, 'llama', 2);
    kube.put(scalerPath('llama'), scalerObject('llama'));
    const rig = start(kube, (now) => quietReading(18, now));
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
    const rig = start(kube, (now) => quietReading(18, now));
    await pass(rig.clock, 2);
    const status = statusOf(kube);
    assert.deepEqual(status.pools, [{ role: 'serve', current: 4, ready: 2, desired: 4, reason: 'forecast' }]);
    assert.equal(status.observedGeneration, 1);
    assert.equal(status.decision?.kind, 'scale');
    assert.equal(status.forecast?.p90, 18);
    assert.equal(status.lastScaleTime, status.decision.at);
    assert.equal(conditionOf(kube, 'Ready'), 'True Reconciled');
    assert.equal(conditionOf(kube, 'ScalingActive'), 'True Scaling');
    assert.deepEqual(events(kube), ['ScaledUp: Deployment/llama: from 2 to 4 replicas (forecast)']);
    await rig.stop();
  });

  it('does a round at every interval, and its own status starts none', async () => {
    const kube = fakeKube();
    putFleet(kube, 'llama', 4);
    kube.put(scalerPath('llama'), scalerObject('llama'));
    let rounds = 0;
    const rig = start(kube, (now) => (rounds++, quietReading(18, now)));
    await pass(rig.clock, 60);
    assert.equal(rounds, 5); // at 0, 15, 30, 45 and 60
    await rig.stop();
  });

  for (const mode of ['Shadow', 'Recommend'])
    it(`writes no replicas in mode ${mode}, and says what it would do`, async () => {
      const kube = fakeKube();
      putFleet(kube, 'llama', 2);
      kube.put(scalerPath('llama'), scalerObject('llama', { mode }));
      const rig = start(kube, (now) => quietReading(18, now));
      await pass(rig.clock, 40);
      assert.equal(replicasOf(kube), 2);
      assert.equal(statusOf(kube).pools?.[0]!.desired, 4);
      assert.equal(conditionOf(kube, 'ScalingActive'), `False ${mode}`);
      await rig.stop();
    });
});
