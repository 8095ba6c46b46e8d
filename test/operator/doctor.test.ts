import assert from 'node:assert/strict';
import { InputError } from '../../src/base/index.js';
import { checkCluster } from '../../src/operator/doctor/check-cluster.js';
import type { KubeApi, KubeRequest } from '../../src/operator/kube/kube-api.js';
import type { ScalerPorts } from '../../src/operator/doctor/check-scaler.js';
import type { MetricsSource } from '../../src/vllm/index.js';
import { fakeKube, type FakeKube } from '../helpers/fake-kube.js';
import { EPOCH, putFleet, scalerObject, scalerPath } from '../helpers/operator.js';
import { PLAIN_PROFILE } from '../helpers/serving.js';

const REVIEWS = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
const GROUP_PATH = '/apis/foresail.dev/v1alpha1';

interface Attributes {
  readonly verb: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace: string;
}

/** A fake API server that also tells its version, what it serves, and what may be done. */
function cluster(kube: FakeKube, allows: (asked: Attributes) => boolean = () => true): KubeApi {
  kube.put('/version', { gitVersion: 'v1.34.4', metadata: { name: '' } });
  kube.put(GROUP_PATH, { resources: [{ name: 'goodputscalers', kind: 'GoodputScaler' }], metadata: { name: '' } });
  return {
    watch: () => Promise.reject(new Error('the doctor watches nothing')),
    send(request: KubeRequest) {
      if (request.path !== REVIEWS) return kube.send(request);
      const { spec } = request.body as { spec: { resourceAttributes: Attributes } };
      return Promise.resolve({ status: { allowed: allows(spec.resourceAttributes) } });
    },
  };
}

const sampledAt =
  (newestSampleAt: number | null, running = 0 as number | null): ScalerPorts['openSource'] =>
  () =>
    Promise.resolve({
      now: () => Promise.resolve({ at: EPOCH, roles: { serve: { newestSampleAt, running } }, newestSampleAt }),
      close: () => undefined,
    } as unknown as MetricsSource);

async function findings(
  api: KubeApi,
  open: ScalerPorts['openSource'] = sampledAt(EPOCH - 7),
  namespaces: readonly string[] = [],
): Promise<string[]> {
  const found = await checkCluster(api, { namespaces, leaseNamespace: 'foresail-system' }, open, EPOCH);
  for (const { status, advice } of found)
    assert.ok(status === 'ok' || advice !== undefined, 'what is wrong has advice');
  return found.map(({ check, status, found: text }) => `${status} ${check}: ${text}`);
}

function withLlama(): FakeKube {
  const kube = fakeKube();
  putFleet(kube, 'llama', 2);
  kube.put(scalerPath('llama'), scalerObject('llama', { profile: { name: 'h100-llama-3.1-8b-bf16' } }));
  return kube;
}

describe('the doctor of a cluster', () => {
  it('finds everything in order', async () => {
    const kube = withLlama();
    const found = await findings(cluster(kube), sampledAt(EPOCH - 7), ['ai']);
    assert.deepEqual(
      found.map((line) => line.replace(/all \d+$/, 'all')),
      [
        'ok API server: Kubernetes v1.34.4',
        'ok custom resource: goodputscalers.foresail.dev, v1alpha1',
        'ok rights in ai: all',
        'ok rights in foresail-system, its own: all',
        'ok ai/llama: llama, mode Auto',
        'ok ai/llama serve: Deployment/llama: 2 replicas, 2 ready',
        'ok ai/llama metrics: newest sample 7 s old',
      ],
    );
    assert.deepEqual(kube.writes, []);
  });

  it('goes no further where no API server answers', async () => {
    const kube = fakeKube();
    kube.fail('GET', /version/, 0);
    assert.deepEqual(await findings(kube), ['failed API server: injected 0']);
  });

  it('finds that the custom resource is missing', async () => {
    const kube = fakeKube();
    const api = cluster(kube);
    kube.remove(GROUP_PATH);
    assert.ok(
      (await findings(api)).includes('failed custom resource: goodputscalers.foresail.dev v1alpha1 is not served'),
    );
  });

  it('names the rights that are missing, one by one, where, and what for', async () => {
    const lacking = (...lacks: string[]): KubeApi =>
      cluster(
        withLlama(),
        ({ verb, resource, subresource = '' }) => !lacks.includes(`${verb} ${resource}/${subresource}`),
      );
    const failed = async (api: KubeApi): Promise<string[]> =>
      (await findings(api)).filter((text) => text.startsWith('failed'));
    assert.deepEqual(await failed(lacking('patch deployments/scale', 'create leases/')), [
      'failed rights in all namespaces: missing: patch deployments.apps/scale (to read and set replicas)',
      'failed rights in foresail-system, its own: missing: create leases.coordination.k8s.io (to agree with other replicas of the operator on which of them writes)',
    ]);
    assert.deepEqual(await failed(lacking('create pods/')), [], 'asks for no more than is needed');
  });

  it('asks for the rights on the kinds that are scaled, in the namespaces that are served', async () => {
    const asked: string[] = [];
    const api = cluster(withLlama(), ({ verb, resource, subresource = '', namespace }) => {
      asked.push(`${namespace} ${verb} ${resource}/${subresource}`);
      return true;
    });
    await findings(api, sampledAt(EPOCH), ['ai']);
    assert.ok(asked.includes('ai patch deployments/scale'));
    assert.ok(asked.includes('foresail-system update leases/'));
    assert.ok(!asked.includes('ai update leases/'));
  });

  it('finds a target that is not there, and one that another scales too', async () => {
    const kube = withLlama();
    kube.put(scalerPath('lost'), scalerObject('lost'));
    const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'llama' };
    kube.put('/apis/autoscaling/v2/namespaces/ai/horizontalpodautoscalers/busy', {
      metadata: { name: 'busy' },
      spec: { scaleTargetRef },
    });
    const found = await findings(cluster(kube));
    assert.ok(found.some((line) => line.startsWith('failed ai/lost serve: Deployment/lost: ')));
    assert.ok(found.includes('failed ai/llama: HorizontalPodAutoscaler busy scales the same target'));
    assert.ok(found.includes('info ai/lost profile: none: queues are reacted to, nothing is planned ahead'));
  });

  it('finds that there are no samples of the model, or no Prometheus', async () => {
    assert.ok(
      (await findings(cluster(withLlama()), sampledAt(null))).includes(
        'failed ai/llama metrics: no sample with model_name llama of serve',
      ),
    );
    const refused = await findings(cluster(withLlama()), () =>
      Promise.reject(new InputError('http://prometheus is not allowed')),
    );
    assert.ok(refused.includes('failed ai/llama metrics: http://prometheus is not allowed'));
  });

  it('reads pods where there is no Prometheus, and says when none of them knows the model', async () => {
    const kube = withLlama();
    kube.put(scalerPath('llama'), scalerObject('llama', { load: { pods: {} } }));
    for (const [running, line] of [
      [3, 'ok ai/llama metrics: newest sample 0 s old'],
      [null, 'failed ai/llama metrics: no sample with model_name llama of serve'],
    ] as const) {
      const read: number[] = [];
      const open = sampledAt(EPOCH, running);
      const found = await findings(cluster(kube), (scaler, pools) => {
        read.push(...pools.map(({ pods }) => pods.length));
        return open(scaler, pools);
      });
      assert.deepEqual(read, [2], 'the pods of its one pool');
      assert.ok(found.includes(line), found.join('\n'));
    }
  });

  it('reads the profile of a ConfigMap', async () => {
    const kube = withLlama();
    kube.put(scalerPath('llama'), scalerObject('llama', { profile: { configMapRef: { name: 'own' } } }));
    const api = cluster(kube);
    const path = '/api/v1/namespaces/ai/configmaps/own';
    const ofProfile = async (): Promise<string[]> =>
      (await findings(api)).filter((line) => line.includes('ai/llama profile'));
    assert.deepEqual(await ofProfile(), ['failed ai/llama profile: injected 404']);
    kube.put(path, { metadata: { name: 'own' }, data: {} });
    assert.deepEqual(await ofProfile(), ['failed ai/llama profile: ConfigMap own, key profile.json: is not there']);
    kube.put(path, { metadata: { name: 'own' }, data: { 'profile.json': JSON.stringify(PLAIN_PROFILE) } });
    assert.deepEqual(await ofProfile(), [`ok ai/llama profile: ${PLAIN_PROFILE.name}`]);
  });

  it('names the field of a GoodputScaler that cannot be used', async () => {
    const kube = fakeKube();
    kube.put(scalerPath('bad'), scalerObject('bad', { slo: {} }));
    const [line] = (await findings(cluster(kube))).filter((text) => text.includes('ai/bad'));
    assert.match(line!, /^failed ai\/bad: .*spec\.slo/);
  });
});
