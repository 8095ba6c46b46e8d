import assert from 'node:assert/strict';
import { KubeError } from './plane/kube.js';
import { sharedPlane } from './plane/shared-plane.js';
import { run } from './world/install.js';
import { scalerObject, scalersOf, scalerSpec, type ScalerSpec } from './world/scaler.js';

const serve = { role: 'serve', scaleTargetRef: { name: 'a' }, maxReplicas: 4 };
const prefill = { role: 'prefill', scaleTargetRef: { name: 'a' }, maxReplicas: 4 };
const decode = { role: 'decode', scaleTargetRef: { name: 'b' }, maxReplicas: 4 };

/** What no API server may take, with the words that say why. */
const INVALID: readonly (readonly [what: string, spec: ScalerSpec, why: RegExp])[] = [
  ['more than its most replicas at least', { pools: [{ ...serve, minReplicas: 5 }] }, /minReplicas/],
  ['no replica at least', { pools: [{ ...serve, minReplicas: 0 }] }, /minReplicas.*greater than or equal to 1/],
  ['half of a split service', { pools: [prefill] }, /serve.*prefill and decode/],
  ['a colocated beside a split pool', { pools: [serve, { ...decode, role: 'prefill' }] }, /serve.*prefill and decode/],
  ['one target twice', { pools: [prefill, { ...decode, scaleTargetRef: { name: 'a' } }] }, /different targets/],
  ['no pool', { pools: [] }, /pools/],
  ['a role of its own', { pools: [{ ...serve, role: 'verify' }] }, /Unsupported value: "verify"/],
  ['an SLO without a bound', { slo: { attainment: 0.9 } }, /at least one of ttft, tpot and e2e/],
  ['a share above 1', { slo: { ttft: '1s', attainment: 1.5 } }, /attainment/],
  ['a time without a unit', { slo: { ttft: '2' } }, /ttft/],
  ['no place to read the load', { load: {} }, /exactly one of prometheus and pods/],
  ['two places to read the load', { load: { prometheus: { url: 'http://p' }, pods: {} } }, /exactly one/],
  ['a URL that is none', { load: { prometheus: { url: 'file:///etc/passwd' } } }, /url/],
  [
    'a profile of two kinds',
    { profile: { name: 'h100-llama-3.1-8b-bf16', configMapRef: { name: 'p' } } },
    /exactly one/,
  ],
  ['a profile that does not ship', { profile: { name: 'abacus' } }, /Unsupported value: "abacus"/],
  ['a ratio upside down', { pools: [prefill, decode], ratio: { min: '6:1', max: '1:6' } }, /ratio.min/],
  ['a ratio of one pool', { ratio: { min: '1:6', max: '6:1' } }, /ratio is for the two pools/],
  ['a budget below the least fleet', { pools: [{ ...serve, minReplicas: 3 }], budget: { maxGpus: 2 } }, /budget/],
  ['steps without a length', { mode: 'Bounded' }, /maxStep/],
  ['an unknown mode', { mode: 'YOLO' }, /Unsupported value: "YOLO"/],
  ['a fallback for another pool', { fallback: { replicas: { decode: 2 } } }, /fallback/],
  [
    'pods that are read every five minutes',
    { load: { pods: {} }, plan: { interval: '5m' } },
    /at most 2m with load.pods/,
  ],
  ['a text where a number belongs', { maxStep: 'two' }, /maxStep/],
];

describe('the custom resource', () => {
  const plane = sharedPlane();
  const namespace = 'default';
  const path = `${scalersOf(namespace)}?dryRun=All&fieldValidation=Strict`;
  const good = scalerSpec({ mode: 'Shadow', prometheus: 'http://127.0.0.1:9090' });

  it('is taken when it is right', async () => {
    await plane.kube.create(path, scalerObject('right', good));
  });

  it('has its defaults filled in by the API server', async () => {
    const { pools, slo, load, profile } = { ...good, pools: [serve] } as ScalerSpec;
    const { spec } = await plane.kube.create(path, scalerObject('short', { model: 'm', pools, slo, load, profile }));
    const filled = spec as { mode: string; plan: object; forecast: object; pools: [{ minReplicas: number }] };
    assert.equal(filled.mode, 'Shadow', 'a new user changes nothing');
    assert.equal(filled.pools[0].minReplicas, 1);
    assert.ok('interval' in filled.plan && 'quantile' in filled.forecast);
  });

  for (const [what, spec, why] of INVALID)
    it(`is refused with ${what}`, async () => {
      await assert.rejects(
        plane.kube.create(path, scalerObject('wrong', { ...good, ...spec })),
        (error) => error instanceof KubeError && error.code === 422 && why.test(error.message),
      );
    });

  it('is refused with a field that there is none of', async () => {
    await assert.rejects(
      plane.kube.create(path, scalerObject('typo', { ...good, maxReplica: 3 })),
      (error) => error instanceof KubeError && error.code === 400 && /maxReplica/.test(error.message),
    );
  });

  it('is explained field by field by kubectl', async () => {
    const text = await run(plane, 'kubectl', 'explain', 'goodputscalers.spec.pools');
    for (const field of ['role', 'scaleTargetRef', 'minReplicas', 'maxReplicas', 'gpusPerReplica'])
      assert.match(text, new RegExp(`^  ${field}\\s`, 'm'));
    const whole = await run(plane, 'kubectl', 'explain', 'gps', '--recursive');
    assert.doesNotMatch(whole, /<no description>/i);
  });

  it('is listed by its short name with the columns of a fleet', async () => {
    await plane.kube.create(scalersOf(namespace), scalerObject('listed', good));
    const text = await run(plane, 'kubectl', 'get', 'gps', '--namespace', namespace);
    await plane.kube.remove(`${scalersOf(namespace)}/listed`);
    assert.match(text, /^NAME\s+MODEL\s+MODE\s.*READY.*AGE/);
    assert.match(text, /^listed\s+test\/slow-model\s+Shadow/m);
  });

  it('takes no status from who writes its spec', async () => {
    const object = { ...scalerObject('eager', good), status: { observedGeneration: 7 } };
    const { status } = await plane.kube.create(path, object);
    assert.equal(status, undefined);
  });
});
