import assert from 'node:assert/strict';
import { controlSettingsOf, readGoodputScaler } from '../../src/operator/index.js';
import type { ControlSettings } from '../../src/control/index.js';
import { openController } from '../../src/operator/controller.js';
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
  serveSettings,
} from '../helpers/operator.js';

/** Runs a controller over a fleet of 2 replicas whose service reads so; the replicas after each of `rounds` intervals. */
async function replicasOver(
  rounds: number,
  reading: (now: number) => ServiceReading,
): Promise<{ replicas: number[]; limited: string[] }> {
  const kube = fakeKube();
  const clock = manualClock();
  putFleet(kube, 'llama', 2);
  kube.put(scalerPath('llama'), scalerObject('llama'));
  const controller = openController({
    ...{ api: kube, namespaces: [], clock, epochSeconds: () => EPOCH + clock.now(), random: () => 0.5 },
    ...{ mayWrite: () => true, openService: () => fakeService(reading) },
    log: { info: () => undefined, warn: () => undefined },
  });
  const seen = await watched(kube, clock, rounds);
  await controller.stop();
  return seen;
}

async function watched(kube: FakeKube, clock: ManualClock, rounds: number) {
  const replicas: number[] = [];
  const limited: string[] = [];
  for (let round = 0; round < rounds; round++) {
    await pass(clock, round === 0 ? 2 : 15);
    replicas.push((kube.get(deploymentPath('llama'))!.spec as { replicas: number }).replicas);
    const { conditions } = kube.get(scalerPath('llama'))!.status as GoodputScalerStatus;
    const found = conditions!.find(({ type }) => type === 'ScalingLimited')!;
    limited.push(`${found.status} ${found.reason}`);
  }
  return { replicas, limited };
}

const needing = (rate: number, rules: Partial<ControlSettings>) => (now: number) =>
  quietReading(rate, now, { settings: serveSettings(rules) });
const blind = (rules: Partial<ControlSettings>) => (now: number) =>
  quietReading(38, now, { readings: null, settings: serveSettings(rules) });

describe('the controller under rules of scaling', () => {
  it('goes step by step in mode Bounded, and says what limits it', async () => {
    const { replicas, limited } = await replicasOver(4, needing(18, { mode: 'Bounded', maxStep: 1 }));
    assert.deepEqual(replicas, [3, 4, 4, 4]);
    assert.deepEqual(limited, ['True MaxStep', 'False Unlimited', 'False Unlimited', 'False Unlimited']);
  });

  it('goes at the pace that behavior allows', async () => {
    const scaleUp = { policies: [{ type: 'Pods', value: 2, periodSeconds: 30 } as const] };
    const { replicas, limited } = await replicasOver(4, needing(28, { behavior: { scaleUp } }));
    assert.deepEqual(replicas, [4, 4, 6, 6]);
    assert.equal(limited[1], 'True Pace');
  });

  it('holds what it has while metrics are missing', async () => {
    assert.deepEqual((await replicasOver(5, blind({}))).replicas, [2, 2, 2, 2, 2]);
  });

  it('goes to the fallback once they have been missing for so long', async () => {
    const { replicas } = await replicasOver(5, blind({ fallback: { afterSeconds: 30, replicas: { serve: 5 } } }));
    assert.deepEqual(replicas, [2, 2, 5, 5, 5]);
  });

  it('takes its rules from the resource', async () => {
    const behavior = { scaleUp: { selectPolicy: 'Min', policies: [{ type: 'Pods', value: 2, periodSeconds: 30 }] } };
    const fallback = { after: '2m', replicas: { serve: 3 } };
    const { spec } = readGoodputScaler(scalerObject('llama', { mode: 'Bounded', maxStep: 2, behavior, fallback }));
    const settings = await controlSettingsOf(spec, null, null, 60);
    assert.equal(settings.mode, 'Bounded');
    assert.equal(settings.maxStep, 2);
    assert.deepEqual(settings.behavior, behavior);
    assert.deepEqual(settings.fallback, { afterSeconds: 120, replicas: { serve: 3 } });
  });
});
