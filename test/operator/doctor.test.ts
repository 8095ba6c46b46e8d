import assert from 'node:assert/strict';
import { InputError } from '../../src/base/index.js';
import { checkCluster } from '../../src/operator/doctor/check-cluster.js';
import type { KubeApi, KubeRequest } from '../../src/operator/kube/kube-api.js';
import type { MetricsSource } from '../../src/vllm/index.js';
import { fakeKube, type FakeKube } from '../helpers/fake-kube.js';
import { EPOCH, putFleet, scalerObject, scalerPath } from '../helpers/operator.js';

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

const sampledAt = (newestSampleAt: number | null) => () =>
  Promise.resolve({
    now: () => Promise.resolve({ at: EPOCH, roles: { serve: { newestSampleAt } }, newestSampleAt }),
    close: () => undefined,
  } as unknown as MetricsSource);

async function findings(
  api: KubeApi,
  open = sampledAt(EPOCH - 7),
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

  it('names the rights that are missing, where, and what for', async () => {
    const api = cluster(
      withLlama(),
      ({ verb, resource, subresource }) => !(verb === 'patch' && resource === 'deployments' && subresource === 'scale'),
    );
    const [line] = (await findings(api)).filter((text) => text.startsWith('failed'));
    assert.match(
      line!,
      /^failed rights in all namespaces: 1 of \d+ missing: patch deployments\.apps\/scale \(to read and set replicas\)$/,
    );
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

  it('names the field of a GoodputScaler that cannot be used', async () => {
    const kube = fakeKube();
    kube.put(scalerPath('bad'), scalerObject('bad', { slo: {} }));
    const [line] = (await findings(cluster(kube))).filter((text) => text.includes('ai/bad'));
    assert.match(line!, /^failed ai\/bad: .*spec\.slo/);
  });
});
