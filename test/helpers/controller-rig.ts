import { openController, type ControllerOptions } from '../../src/operator/controller.js';
import type { GoodputScalerStatus } from '../../src/operator/index.js';
import type { ServiceReading } from '../../src/operator/service.js';
import type { FakeKube } from './fake-kube.js';
import { manualClock, type ManualClock } from './manual-clock.js';
import { deploymentPath, EPOCH, fakeService, scalerPath } from './operator.js';

/** A controller on a fake API server. */
export interface Rig {
  readonly clock: ManualClock;
  readonly warnings: string[];
  readonly begin: () => void;
  readonly stop: () => Promise<void>;
}

/** Starts a controller whose services read as they are told. */
export function startController(
  kube: FakeKube,
  reading: (now: number) => ServiceReading,
  change: Partial<ControllerOptions> = {},
): Rig {
  const clock = manualClock();
  const warnings: string[] = [];
  const controller = openController({
    ...{ api: kube, namespaces: [], clock, epochSeconds: () => EPOCH + clock.now(), random: () => 0.5 },
    mayWrite: () => true,
    openService: () => fakeService(reading),
    log: { info: () => undefined, warn: (fields, message) => warnings.push(`${message} ${JSON.stringify(fields)}`) },
    ...change,
  });
  return { clock, warnings, begin: () => controller.begin(), stop: () => controller.stop() };
}

/** Replicas that a Deployment asks for. */
export function replicasOf(kube: FakeKube, name = 'llama'): number {
  return (kube.get(deploymentPath(name))?.spec as { replicas: number }).replicas;
}

/** The status of a GoodputScaler. */
export function statusOf(kube: FakeKube, name = 'llama'): GoodputScalerStatus {
  return kube.get(scalerPath(name))?.status as GoodputScalerStatus;
}

/** Status and reason of a condition. */
export function conditionOf(kube: FakeKube, type: string, name = 'llama'): string {
  const found = statusOf(kube, name).conditions?.find((one) => one.type === type);
  return `${found?.status} ${found?.reason}`;
}

/** Events that were sent, as `reason: message`. */
export function eventsOf(kube: FakeKube): string[] {
  return kube.writes
    .filter(({ path }) => path.endsWith('/events'))
    .map(({ body }) => `${body.reason as string}: ${body.message as string}`);
}

/** What was written to scale subresources, as `name replicas`, oldest first. */
export function scalesOf(kube: FakeKube): string[] {
  return kube.writes
    .filter(({ path }) => path.endsWith('/scale'))
    .map(({ path, body }) => `${path.split('/').at(-2)!} ${(body.spec as { replicas: number }).replicas}`);
}
