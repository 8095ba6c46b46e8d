import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { packageFile } from '../../src/base/index.js';
import { byOperator, scalesOf, writesWith, type AuditEvent } from './plane/audit.js';
import type { Kube } from './plane/kube.js';
import { foresail, startByHand } from './world/command-line.js';
import { eventually, throughout } from './world/eventually.js';
import { install, may, operatorIsReady, run, SYSTEM_NAMESPACE } from './world/install.js';
import type { Day } from './world/load-shape.js';
import { startOwnPlane, type OwnPlane } from './world/own-plane.js';
import { conditionOf, createScaler, scalersOf, statusOf } from './world/scaler.js';
import { createService, replicasOf } from './world/service.js';
import { wish } from './world/wish.js';

/** A load that one replica serves. */
const QUIET: Day = { base: 1, peak: 1, peakAt: 0, peakSeconds: 0, promptTokens: 100, outputTokens: 20 };

/** How many bins the watcher knows of what it saw, as its status says while it has no trained model. */
async function knownBins(kube: Kube): Promise<number> {
  const { message } = conditionOf(await statusOf(kube, 'mine', 'watcher'), 'ForecastHealthy');
  const [, bins] = /(\d+) of \d+ bins are known/.exec(message) ?? [];
  assert.ok(bins !== undefined, message);
  return Number(bins);
}

describe('the chart, installed for one namespace', () => {
  let own: OwnPlane;
  before(async () => {
    own = await startOwnPlane('mine');
    await own.scenario.load(QUIET, 0, 600);
    await createScaler(own.plane.kube, 'mine', {
      ...{ name: 'watcher', mode: 'Shadow' },
      spec: { load: { pods: {}, bin: '10s' }, forecast: { models: ['yesterday'], history: '1h' } },
    });
    await createService(own.plane, 'theirs', [{ role: 'serve', replicas: 1 }]);
  });
  after(() => own.stop());

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
      assert.equal(await may(own.plane, namespace, ...what), answer);
    });

  it('scales there', () => wish(own.scenario, 3, 60));

  it('leaves other namespaces alone', async () => {
    const { spec } = await own.plane.kube.get(`${scalersOf('mine')}/llama`);
    const load = { pods: {}, bin: '30s' }; // the Prometheus here knows nothing of there
    const object = {
      apiVersion: 'foresail.dev/v1alpha1',
      kind: 'GoodputScaler',
      metadata: { name: 'llama' },
      spec: { ...(spec as object), load },
    };
    await own.plane.kube.create(scalersOf('theirs'), object);
    await throughout(8, async () => assert.equal((await replicasOf(own.plane.kube, 'theirs', 'serve')).asked, 1));
    assert.deepEqual(await statusOf(own.plane.kube, 'theirs'), {});
  });

  it('says with --dry-run what an operator would do there, and writes nothing; without it, it does', async () => {
    const byHand = (): AuditEvent[] =>
      writesWith(own.plane, '"userAgent":"foresail"').filter(({ user }) => user.username === 'admin');
    const dry = startByHand(own.plane, 'theirs', '--dry-run', '--no-leader-elect');
    const said = await eventually(60, () => {
      assert.match(dry.printed(), /theirs\/llama .*\n/);
      return dry.printed();
    });
    await sleep(6000); // another round, which might write what the first did not
    assert.equal(await dry.stop(), 0);
    assert.match(said, /^theirs\/llama \(test\/slow-model\), mode Auto: scale to .*3/m);
    assert.match(said, /^ +serve: Deployment\/llama-serve +1 +1 +3$/m);
    assert.deepEqual(byHand(), [], 'no scale, status, event, lease or pod was written');
    assert.equal((await replicasOf(own.plane.kube, 'theirs', 'serve')).asked, 1);
    const wet = startByHand(own.plane, 'theirs', '--no-leader-elect');
    await eventually(60, async () => assert.equal((await replicasOf(own.plane.kube, 'theirs', 'serve')).asked, 3));
    await eventually(20, async () => assert.notDeepEqual(await statusOf(own.plane.kube, 'theirs'), {}));
    assert.equal(await wet.stop(), 0);
    const written = new Set(byHand().map(({ objectRef }) => objectRef?.subresource ?? objectRef?.resource));
    assert.deepEqual([...written].sort(), ['events', 'scale', 'status'], 'the audit log knows who writes by hand');
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

  it('keeps on its volume what it saw of pods: the pod that comes after a killed one goes on from there', async () => {
    const { kube } = own.plane;
    const before = await eventually(90, async () => {
      const bins = await knownBins(kube);
      assert.ok(bins >= 6, `${bins} bins`);
      return bins;
    });
    const path = `/api/v1/namespaces/${SYSTEM_NAMESPACE}/pods/foresail-0`;
    const { metadata } = await kube.get(path);
    await kube.remove(path, { gracePeriodSeconds: 0 });
    await eventually(60, async () => assert.notEqual((await kube.get(path)).metadata.uid, metadata.uid));
    const changed = await kube.patch(`${scalersOf('mine')}/watcher`, { spec: { plan: { beamWidth: 15 } } });
    const after = await eventually(60, async () => {
      const { observedGeneration } = await statusOf(kube, 'mine', 'watcher');
      assert.equal(observedGeneration, changed.metadata.generation, 'the new one is at work');
      return knownBins(kube);
    });
    assert.ok(after >= before, `${after} bins are known, and ${before} were`);
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

  it('leaves replicas when its definition goes too, and the doctor says what is missing', async () => {
    const before = await own.scenario.asked('serve');
    await run(own.plane, 'helm', 'uninstall', 'foresail', '--namespace', SYSTEM_NAMESPACE, '--wait');
    await run(own.plane, 'kubectl', 'delete', 'crd', 'goodputscalers.foresail.dev');
    const args = ['doctor', '--kubeconfig', own.plane.kubeconfig, '--namespace', 'mine'];
    const { code, stdout } = await foresail(args);
    assert.equal(code, 1);
    const [line, ...more] = stdout.split('\n').filter((text) => text.startsWith('failed'));
    assert.match(line!, /^failed +custom resource +goodputscalers\.foresail\.dev v1alpha1 is not served$/);
    assert.deepEqual(more, []);
    const json = await foresail([...args, '--json']);
    const { findings, advice } = JSON.parse(json.stdout) as { findings: { status: string }[]; advice: string[] };
    assert.equal(json.code, 1);
    assert.equal(findings.filter(({ status }) => status === 'failed').length, 1);
    assert.match(advice.join(), /crd\.yaml/);
    assert.equal(await own.scenario.asked('serve'), before);
  });
});
