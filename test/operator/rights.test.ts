import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  OWN_NAMESPACE_PERMISSIONS,
  scaleTargetPermissions,
  secretPermission,
  WATCHED_NAMESPACE_PERMISSIONS,
  type Permission,
} from '../../src/operator/index.js';
import { openElection } from '../../src/operator/leader.js';
import { openService } from '../../src/operator/open-service.js';
import type { ServiceReading } from '../../src/operator/service.js';
import { openVolume } from '../../src/operator/volume.js';
import { startController } from '../helpers/controller-rig.js';
import { fakeKube, type FakeKube } from '../helpers/fake-kube.js';
import { EPOCH, fakeService, pass, putFleet, quietReading, scalerObject, scalerPath } from '../helpers/operator.js';

const VERBS: Readonly<Record<string, string>> = { POST: 'create', PUT: 'update', PATCH: 'patch', WATCH: 'watch' };

/** A request as the RBAC of Kubernetes sees it, such as `get apps deployments/scale`; null for what anybody may ask. */
function rightOf(request: string): string | null {
  const [method, address] = request.split(' ') as [string, string];
  const [, group = '', inside] = /^\/(?:api|apis\/([^/]+))\/[^/]+(?:\/namespaces\/[^/]+)?(?:\/(.+))?$/.exec(address)!;
  if (inside === undefined) return null; // what a version serves
  const [plural, name, subresource] = inside.split('/');
  const resource = subresource === undefined ? plural : `${plural}/${subresource}`;
  return `${VERBS[method] ?? (name === undefined ? 'list' : 'get')} ${group} ${resource}`;
}

const rightsOf = (permissions: readonly Permission[]): string[] =>
  permissions.flatMap(({ group, resource, verbs }) => verbs.map((verb) => `${verb} ${group} ${resource}`));

/** Scales up and down, reads a Secret and a profile, meets a conflict, stands for the lease: all that the operator does. */
async function everythingDone(kube: FakeKube, folder: string): Promise<void> {
  for (const name of ['llama', 'real']) putFleet(kube, name, 4);
  const prometheus = { url: 'http://127.0.0.1:9', authSecretRef: { name: 'prometheus' } };
  const profile = { configMapRef: { name: 'profiles' } };
  kube.put(scalerPath('llama'), scalerObject('llama'));
  kube.put(scalerPath('real'), scalerObject('real', { load: { prometheus }, profile }));
  kube.fail('PUT', /llama\/status$/, 409);
  const volume = await openVolume(folder, { warn: () => undefined });
  const never = (): Promise<never> => Promise.reject(new Error('nothing is trained or measured here'));
  const trainers = { train: never, close: () => Promise.resolve() };
  const emptiestPods = { serve: { 'llama-0': 0, 'llama-1': 2, 'llama-2': 3, 'llama-3': 4 } };
  const reading = (now: number): ServiceReading => {
    const quiet = quietReading(now < EPOCH + 10 ? 28 : 9, now);
    return { ...quiet, readings: { ...quiet.readings!, emptiestPods } };
  };
  const rig = startController(kube, reading, {
    openService: (scaler, api) =>
      scaler.metadata.name === 'real'
        ? openService({ volume, trainers, measure: never, now: () => 0 }, scaler, api)
        : fakeService(reading),
  });
  const election = openElection({
    ...{ api: kube, namespace: 'foresail-system', name: 'foresail', identity: 'a', clock: rig.clock },
    epochSeconds: () => EPOCH + rig.clock.now(),
  });
  await pass(rig.clock, 40);
  await Promise.all([rig.stop(), election.stop()]);
  volume.close();
}

describe('the rights of the operator', () => {
  const granted = [
    ...rightsOf(WATCHED_NAMESPACE_PERMISSIONS),
    ...rightsOf(OWN_NAMESPACE_PERMISSIONS),
    ...rightsOf(scaleTargetPermissions({ group: 'apps', resource: 'deployments' })),
    ...rightsOf([secretPermission]),
  ];

  it('are those that it uses, and no others', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'foresail-rights-'));
    const kube = fakeKube();
    await everythingDone(kube, folder);
    rmSync(folder, { recursive: true });
    const used = new Set(kube.requests.flatMap((request) => rightOf(request) ?? []));
    assert.deepEqual([...used].sort(), [...granted].sort());
  });
});
