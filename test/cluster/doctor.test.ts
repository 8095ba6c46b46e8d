import assert from 'node:assert/strict';
import { accountKubeconfig } from './plane/account.js';
import { sharedPlane } from './plane/shared-plane.js';
import { foresail } from './world/command-line.js';
import { eventually } from './world/eventually.js';
import { install } from './world/install.js';
import { createScaler, scalersOf } from './world/scaler.js';
import { startScenario, type Scenario } from './world/scenario.js';
import { MODEL } from './world/service.js';

const SYSTEM = 'doctor-system';

interface Rule {
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** What the doctor says as the operator's service account, in text and as JSON. */
interface Findings {
  readonly code: number | null;
  /** Lines up to the first empty one. */
  readonly lines: readonly string[];
  readonly json: { readonly findings: readonly { readonly check: string; readonly status: string }[] };
}

describe('foresail doctor, as the service account that the chart made', () => {
  const plane = sharedPlane();
  const role = '/apis/rbac.authorization.k8s.io/v1/namespaces/doctor/roles/foresail';
  let scenario: Scenario;
  let kubeconfig: string;
  before(async () => {
    scenario = await startScenario(plane, 'doctor', [{ role: 'serve', replicas: 1 }]);
    await scenario.scaler({ mode: 'Shadow' });
    await aim('llama-serve');
    await install(plane, SYSTEM, {
      ...{ watchNamespaces: ['doctor'], replicas: 0, 'crds.install': false, 'rbac.aggregate': false },
    });
    kubeconfig = await accountKubeconfig(plane, SYSTEM, 'foresail');
  });
  after(() => scenario.stop());

  /** Gives the scaler another target; its metrics are those of the namespace, whatever it is. */
  const aim = (name: string): Promise<unknown> =>
    scenario.change({
      pools: [{ role: 'serve', scaleTargetRef: { name }, metricLabels: { namespace: 'doctor' }, maxReplicas: 4 }],
    });

  const examine = async (): Promise<Findings> => {
    const args = ['--namespace', 'doctor', '--lease-namespace', SYSTEM];
    const [text, json] = await Promise.all([
      foresail(['doctor', '--kubeconfig', kubeconfig, ...args]),
      foresail(['doctor', '--kubeconfig', ...args, '--json'], { KUBECONFIG: kubeconfig }),
    ]);
    assert.equal(text.code, json.code);
    const lines = text.stdout.split('\n\n')[0]!.trimEnd().split('\n');
    const parsed = JSON.parse(json.stdout) as Findings['json'];
    const head = (line: string): string => line.split(/\s+/)[0]!;
    assert.deepEqual(
      lines.map(head),
      parsed.findings.map(({ status }) => status),
      'a line for each finding',
    );
    return { code: text.code, lines, json: parsed };
  };
  const failed = ({ lines }: Findings): string[] => lines.filter((line) => line.startsWith('failed'));

  it('finds everything in order', async () => {
    const found = await eventually(30, async () => {
      const seen = await examine();
      assert.equal(seen.code, 0, seen.lines.join('\n'));
      return seen;
    });
    for (const line of found.lines) assert.match(line, /^ok /);
    const said = found.lines.map((line) => line.replace(/^ok\s+/, '').replace(/\s{2,}/, ': '));
    const expected = [
      /^API server: Kubernetes v1\.\d+/,
      /^custom resource: goodputscalers\.foresail\.dev, v1alpha1$/,
      /^rights in doctor: all \d+$/,
      /^rights in doctor-system, its own: all 3$/,
      new RegExp(`^doctor/llama: ${MODEL}, mode Shadow$`),
      /^doctor\/llama serve: Deployment\/llama-serve: 1 replicas, 1 ready$/,
      /^doctor\/llama metrics: newest sample \d+ s old$/,
      /^doctor\/llama profile: slow$/,
    ];
    assert.equal(said.length, expected.length, said.join('\n'));
    for (const [i, line] of said.entries()) assert.match(line, expected[i]!);
  });

  it('names each right that is missing in a line of its own', async () => {
    const { rules } = (await plane.kube.get(role)) as unknown as { rules: Rule[] };
    const lost = ['patch deployments/scale', 'create events'];
    const without = ({ resources, verbs, ...rule }: Rule): Rule => {
      return { ...rule, resources, verbs: verbs.filter((verb) => !lost.includes(`${verb} ${resources.join()}`)) };
    };
    await plane.kube.patch(role, { rules: rules.map(without).filter(({ verbs }) => verbs.length > 0) });
    const found = await eventually(10, async () => {
      const seen = await examine();
      assert.equal(seen.code, 1);
      return seen;
    });
    await plane.kube.patch(role, { rules });
    const [create, patch, ...more] = failed(found);
    assert.match(create!, /rights in doctor\s+missing: create events \(to record decisions\)$/);
    assert.match(patch!, /rights in doctor\s+missing: patch deployments\.apps\/scale \(to read and set replicas\)$/);
    assert.deepEqual(more, []);
  });

  it('names a target that is missing', async () => {
    await aim('gone');
    const found = await examine();
    await aim('llama-serve');
    assert.equal(found.code, 1);
    const [line, ...more] = failed(found);
    assert.match(line!, /doctor\/llama serve\s+Deployment\/gone: .*not found/);
    assert.deepEqual(more, []);
  });

  it('says that metrics cannot be reached', async () => {
    scenario.prometheus.weather({ kind: 'down' });
    const found = await examine();
    scenario.prometheus.weather({ kind: 'fine' });
    assert.equal(found.code, 1);
    const [line, ...more] = failed(found);
    assert.match(line!, /doctor\/llama metrics\s+\S/);
    assert.deepEqual(more, []);
  });

  it('says all of it at once, and in which GoodputScaler', async () => {
    await aim('gone');
    scenario.prometheus.weather({ kind: 'answers', status: 500, body: '<html>\n<body>oops</body>\n</html>\n' });
    await createScaler(plane.kube, 'doctor', { name: 'second', mode: 'Shadow', spec: { profile: undefined } });
    const found = await examine();
    await plane.kube.remove(`${scalersOf('doctor')}/second`);
    scenario.prometheus.weather({ kind: 'fine' });
    await aim('llama-serve');
    assert.equal(found.code, 1);
    assert.equal(failed(found).length, 2, found.lines.join('\n'));
    assert.ok(found.lines.some((line) => /^ok\s+doctor\/second metrics\s+newest sample 0 s old$/.test(line)));
    assert.ok(found.lines.some((line) => /^info\s+doctor\/second profile/.test(line)));
  });
});
