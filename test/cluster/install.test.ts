import assert from 'node:assert/strict';
import { packageFile } from '../../src/base/index.js';
import { byOperator, scalesOf } from './plane/audit.js';
import { eventually, throughout } from './world/eventually.js';
import { operatorIsReady, install, run, SYSTEM_NAMESPACE } from './world/install.js';
import { startOwnPlane, type OwnPlane } from './world/own-plane.js';
import { scalersOf, statusOf } from './world/scaler.js';
import { createService, replicasOf } from './world/service.js';
import { wish } from './world/wish.js';

const ACCOUNT = `system:serviceaccount:${SYSTEM_NAMESPACE}:foresail`;

describe('the chart, installed for one namespace', () => {
  let own: OwnPlane;
  before(async () => {
    own = await startOwnPlane('mine');
    await createService(own.plane, 'theirs', [{ role: 'serve', replicas: 1, isEmulated: false }]);
  });
  after(() => own.stop());

  const may = async (namespace: string, ...what: string[]): Promise<string> => {
    const asked = run(own.plane, 'kubectl', 'auth', 'can-i', ...what, '--as', ACCOUNT, '--namespace', namespace);
    return asked.then(
      (text) => text.trim(),
      (error: unknown) => ((error as Error).message.includes('\nno') ? 'no' : Promise.reject(error as Error)),
    );
  };

  it('passes helm lint', async () => {
    await run(own.plane, 'helm', 'lint', '--strict', packageFile('charts/foresail'));
  });

  for (const [answer, namespace, ...what] of [
    ['yes', 'mine', 'patch', 'deployments.apps', '--subresource=scale'],
    ['yes', 'mine', 'update', 'goodputscalers.foresail.dev', '--subresource=status'],
    ['no', 'mine', 'patch', 'goodputscalers.foresail.dev', '--subresource=status'],
    ['no', 'mine', 'patch', 'deployments.apps'],
    ['no', 'mine', 'delete', 'pods'],
    ['no', 'mine', 'get', 'secrets'],
    ['no', 'mine', 'patch', 'goodputscalers.foresail.dev'],
    ['no', 'theirs', 'patch', 'deployments.apps', '--subresource=scale'],
    ['no', 'theirs', 'list', 'goodputscalers.foresail.dev'],
  ] as const)
    it(`lets the operator ${what.join(' ')} in ${namespace}: ${answer}`, async () => {
      assert.equal(await may(namespace, ...what), answer);
    });

  it('scales there', () => wish(own.scenario, 3, 60));

  it('leaves other namespaces alone', async () => {
    const { spec } = await own.plane.kube.get(`${scalersOf('mine')}/llama`);
    const object = { apiVersion: 'foresail.dev/v1alpha1', kind: 'GoodputScaler', metadata: { name: 'llama' }, spec };
    await own.plane.kube.create(scalersOf('theirs'), object);
    await throughout(8, async () => assert.equal((await replicasOf(own.plane.kube, 'theirs', 'serve')).asked, 1));
    assert.deepEqual(await statusOf(own.plane.kube, 'theirs'), {});
  });

  it('tells in a condition which verb is forbidden, and goes on when it is allowed', async () => {
    const path = '/apis/rbac.authorization.k8s.io/v1/namespaces/mine/roles/foresail';
    const { rules } = (await own.plane.kube.get(path)) as unknown as { rules: { resources: string[] }[] };
    const fewer = rules.filter(({ resources }) => !resources.includes('deployments/scale'));
    assert.equal(fewer.length, rules.length - 1);
    await own.plane.kube.patch(path, { rules: fewer });
    await own.scenario.change({ plan: { beamWidth: 15 } });
    const active = await eventually(60, async () => {
      const condition = await own.scenario.condition('ScalingActive');
      assert.equal(condition.status, 'False', condition.message);
      return condition;
    });
    assert.match(active.message, /forbidden/i);
    assert.match(active.message, /scale/);
    await own.plane.kube.patch(path, { rules });
    await wish(own.scenario, 4, 60);
    await eventually(30, async () => assert.equal((await own.scenario.condition('ScalingActive')).status, 'True'));
  });

  it('leaves replicas, resource and definition when it is uninstalled, and takes them up again', async () => {
    const before = await own.scenario.asked('serve');
    await run(own.plane, 'helm', 'uninstall', 'foresail', '--namespace', SYSTEM_NAMESPACE, '--wait');
    const written = scalesOf(own.plane, 'mine', 'llama-serve').filter(({ event }) => byOperator(event)).length;
    await throughout(6, async () => assert.equal(await own.scenario.asked('serve'), before));
    await own.plane.kube.get('/apis/apiextensions.k8s.io/v1/customresourcedefinitions/goodputscalers.foresail.dev');
    await own.plane.kube.get(`${scalersOf('mine')}/llama`);
    assert.equal(scalesOf(own.plane, 'mine', 'llama-serve').filter(({ event }) => byOperator(event)).length, written);
    await install(own.plane, SYSTEM_NAMESPACE, { watchNamespaces: ['mine'] });
    await operatorIsReady(own.plane.kube, SYSTEM_NAMESPACE);
    await wish(own.scenario, before + 1, 60);
  });
});
