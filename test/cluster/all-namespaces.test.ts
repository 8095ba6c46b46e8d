import assert from 'node:assert/strict';
import { byOperator, scalesOf } from './plane/audit.js';
import { sharedPlane } from './plane/shared-plane.js';
import { eventually } from './world/eventually.js';
import { may, SYSTEM_NAMESPACE } from './world/install.js';
import { createScaler, removeScalers, statusOf } from './world/scaler.js';
import { createService, replicasOf } from './world/service.js';

const NAMESPACES = ['north', 'south'] as const;

describe('the chart, installed for all namespaces', () => {
  const plane = sharedPlane();
  before(() => Promise.all(NAMESPACES.map((name) => createService(plane, name, [{ role: 'serve', replicas: 1 }]))));
  after(() => Promise.all(NAMESPACES.map((name) => removeScalers(plane.kube, name))));

  for (const [answer, namespace, ...what] of [
    ['yes', null, 'list', 'goodputscalers.foresail.dev'],
    ['yes', null, 'update', 'goodputscalers.foresail.dev', '--subresource=status'],
    ['yes', null, 'patch', 'deployments.apps', '--subresource=scale'],
    ['yes', null, 'list', 'pods'],
    ['yes', SYSTEM_NAMESPACE, 'update', 'leases.coordination.k8s.io'],
    ['no', 'north', 'patch', 'goodputscalers.foresail.dev'],
    ['no', 'north', 'delete', 'goodputscalers.foresail.dev'],
    ['no', 'north', 'patch', 'deployments.apps'],
    ['no', 'north', 'patch', 'statefulsets.apps', '--subresource=scale'],
    ['no', 'north', 'delete', 'pods'],
    ['no', 'north', 'create', 'pods', '--subresource=exec'],
    ['no', 'north', 'get', 'secrets'],
    ['no', SYSTEM_NAMESPACE, 'get', 'secrets'],
    ['no', 'north', 'list', 'configmaps'],
    ['no', 'north', 'update', 'leases.coordination.k8s.io'],
    ['no', null, 'list', 'nodes'],
    ['no', null, 'create', 'clusterrolebindings.rbac.authorization.k8s.io'],
    ['no', null, 'patch', 'customresourcedefinitions.apiextensions.k8s.io'],
  ] as const)
    it(`lets the operator ${what.join(' ')} in ${namespace ?? 'all namespaces'}: ${answer}`, async () => {
      assert.equal(await may(plane, namespace, ...what), answer);
    });

  it('scales in one namespace and in another', async () => {
    const pools = [{ role: 'serve', minReplicas: 2, maxReplicas: 4 }];
    await Promise.all(NAMESPACES.map((name) => createScaler(plane.kube, name, { mode: 'Auto', pools })));
    for (const name of NAMESPACES) {
      await eventually(60, async () => assert.equal((await replicasOf(plane.kube, name, 'serve')).asked, 2));
      const [scale] = scalesOf(plane, name, 'llama-serve');
      assert.ok(scale && byOperator(scale.event), 'it was the operator, under its own rights');
      await eventually(20, async () => assert.equal((await statusOf(plane.kube, name)).pools?.[0]?.current, 2));
    }
  });
});
