import assert from 'node:assert/strict';
import { operatorCommand } from '../../src/cli/operator.js';
import { openTrainers, readGoodputScaler, type Trainers } from '../../src/operator/index.js';
import { openService, openSource, type ServiceOptions } from '../../src/operator/open-service.js';
import { selectorOf } from '../../src/operator/pool-selector.js';
import type { ServiceTrouble } from '../../src/operator/service.js';
import { openVolume, type Volume } from '../../src/operator/volume.js';
import { loadProfile } from '../../src/serving/index.js';
import { renderedChart } from '../helpers/chart.js';
import { conditionOf, scalesOf, startController, statusOf } from '../helpers/controller-rig.js';
import { fakeKube, type FakeKube } from '../helpers/fake-kube.js';
import {
  constantly,
  fakePrometheuses,
  type AskedOfPrometheus,
  type FakePrometheus,
  type PrometheusAnswerer,
} from '../helpers/fake-prometheus.js';
import { EPOCH, pass, putFleet, scalerObject, scalerPath, settle } from '../helpers/operator.js';
import { tempFiles } from '../helpers/temp-file.js';

const SECRET = '/api/v1/namespaces/ai/secrets/prometheus';
const PROFILES = '/api/v1/namespaces/ai/configmaps/profiles';

describe('the Prometheus of a GoodputScaler', () => {
  const start = fakePrometheuses();
  let server: FakePrometheus;
  before(async () => {
    server = await start();
    server.behave(constantly('1'));
  });
  /** What it is asked when its Secret holds this; null: it names none. */
  const askedWith = async (data: Record<string, string> | null): Promise<AskedOfPrometheus> => {
    const kube = fakeKube();
    const encoded = Object.entries(data ?? {}).map(([key, text]) => [key, Buffer.from(text).toString('base64')]);
    kube.put(SECRET, { metadata: { name: 'prometheus' }, data: Object.fromEntries(encoded) });
    const auth = data === null ? {} : { authSecretRef: { name: 'prometheus' } };
    const load = { prometheus: { url: server.url, ...auth } };
    const source = await openSource({}, readGoodputScaler(scalerObject('llama', { load })), kube);
    await source.now(EPOCH);
    source.close();
    assert.equal(kube.requests.includes(`GET ${SECRET}`), data !== null);
    return server.asked.at(-1)!;
  };
  const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

  for (const [what, data, authorization] of [
    ['no Secret', null, undefined],
    ['a token, and the newline after it not', { token: 's3cr3t\n' }, 'Bearer s3cr3t'],
    ['a user and a password', { username: 'me', password: 'ä:b ' }, basic('me:ä:b ')],
    ['a user alone', { username: 'me' }, basic('me:')],
    ['a token where there is a user too', { token: 't', username: 'me', password: 'x' }, 'Bearer t'],
    ['nothing where a Secret has neither', { password: 'x' }, undefined],
  ] as const)
    it(`is shown ${what}`, async () => {
      const { headers } = await askedWith(data);
      assert.equal(headers.authorization, authorization);
    });

  it('cannot be opened when its Secret is not there, or may not be read', async () => {
    const load = { prometheus: { url: server.url, authSecretRef: { name: 'prometheus' } } };
    const scaler = readGoodputScaler(scalerObject('llama', { load }));
    await assert.rejects(openSource({}, scaler, fakeKube()), { status: 404 });
    const kube = fakeKube();
    kube.fail('GET', /secrets/, 403);
    await assert.rejects(openSource({}, scaler, kube), { status: 403 });
  });

  it('is asked for pods of its own namespace alone', async () => {
    const { form } = await askedWith(null);
    assert.ok(form.query!.includes('namespace=~"ai|",pod=~"llama-'), form.query);
  });
});

describe('the series of a pool', () => {
  const matches = (kind: string, name: string, pod: string): boolean => {
    const scaleTargetRef = { apiVersion: 'apps/v1', kind, name };
    const pool = { role: 'serve' as const, scaleTargetRef, gpusPerReplica: 1, minReplicas: 1, maxReplicas: 1 };
    return new RegExp(`^(?:${selectorOf(pool, 'ai').podPattern})$`).test(pod);
  };
  const long = `${'a'.repeat(40)}-decode-fp8`;
  for (const [kind, name, own, others] of [
    [
      'Deployment',
      'llama',
      ['llama-6d4cf56db6-x7k2p', 'llama-b5c47-9fghj'],
      ['llama-prefill-6d4cf56db6-x7k2p', 'llama-8b-6d4cf56db6-x7k2p', 'llama-0', 'llama', 'my-llama-6d4cf56db6-x7k2p'],
    ],
    ['Deployment', long, [`${`${long}-6d4cf56db6-`.slice(0, 58)}x7k2p`], [`${long}-prefill-6d4cf56db6-x7k2p`]],
    ['Deployment', 'llama-3.1', ['llama-3.1-6d4cf56db6-x7k2p'], ['llama-3x1-6d4cf56db6-x7k2p']],
    ['ReplicaSet', 'llama', ['llama-x7k2p'], ['llama-prefill-x7k2p']],
    ['StatefulSet', 'llama', ['llama-0', 'llama-12'], ['llama-prefill-0', 'llama-x', 'llama-6d4cf56db6-x7k2p']],
    ['LeaderWorkerSet', 'llama', ['llama-0', 'llama-3-1'], ['llama-prefill-0', 'llama-prefill-0-1']],
    ['Rollout', 'llama', ['llama-6d4cf56db6-x7k2p', 'llama-0'], ['llama-prefill-6d4cf56db6-x7k2p', 'llama-prefill-0']],
  ] as const)
    it(`are those of pods as a ${kind} names them: ${own[0]}`, () => {
      for (const pod of own) assert.ok(matches(kind, name, pod), pod);
      for (const pod of others) assert.ok(!matches(kind, name, pod), pod);
    });

  it('are those with labels of its own where the spec gives some', () => {
    const { spec } = readGoodputScaler(scalerObject('llama'));
    const labelled = { ...spec.pools[0]!, metricLabels: { job: 'llama' } };
    assert.deepEqual(selectorOf(labelled, 'ai'), { role: 'serve', namespace: 'ai', labels: { job: 'llama' } });
  });
});

describe('a service that is opened', () => {
  const write = tempFiles();
  const start = fakePrometheuses();
  let trainers: Trainers;
  let volume: Volume;
  before(async () => {
    trainers = openTrainers();
    const folder = write('volume', '').replace(/volume$/, '');
    volume = await openVolume(folder, { warn: () => undefined });
  });
  after(async () => {
    await trainers.close();
    volume.close();
  });
  const options = (allow?: readonly string[]): ServiceOptions => ({
    ...{ volume, trainers, allow, now: () => 0 },
    measure: () => Promise.reject(new Error('nothing is measured here')),
  });

  /** What is wrong with the profile of a ConfigMap whose key `mine.json` is asked for. */
  const troubleWith = async (kube: FakeKube): Promise<ServiceTrouble | undefined> => {
    const profile = { configMapRef: { name: 'profiles', key: 'mine.json' } };
    const scaler = readGoodputScaler(scalerObject('llama', { profile, load: { pods: {} } }));
    const service = openService(options(), scaler, kube);
    const { troubles } = await service.read(scaler.spec, [], EPOCH, null);
    await service.close();
    return troubles.find(({ part }) => part === 'profile');
  };
  const withData = (data: Record<string, string>): FakeKube => {
    const kube = fakeKube();
    kube.put(PROFILES, { metadata: { name: 'profiles' }, data });
    return kube;
  };
  const shipped = JSON.stringify(loadProfile('h100-llama-3.1-8b-bf16'));

  it('has the profile of its ConfigMap', async () => {
    assert.equal(await troubleWith(withData({ 'mine.json': shipped })), undefined);
  });

  for (const [what, kube, message] of [
    ['is not there', () => fakeKube(), /injected 404/],
    [
      'has another key',
      () => withData({ 'profile.json': shipped }),
      /^ConfigMap profiles, key mine.json: is not there$/,
    ],
    ['holds no JSON', () => withData({ 'mine.json': '{' }), /^ConfigMap profiles, key mine.json: not a JSON document$/],
    [
      'holds no profile',
      () => withData({ 'mine.json': '{"gpu":"H100"}' }),
      /^ConfigMap profiles, key mine.json\b.*must/,
    ],
  ] as const)
    it(`says that the ConfigMap of its profile ${what}`, async () => {
      const trouble = await troubleWith(kube());
      assert.equal(trouble?.reason, 'ProfileUnusable');
      assert.match(trouble.message, message);
    });

  it('is held, and falls back, when its prefill pods are not scraped and its decode pods are', async () => {
    const kube = fakeKube();
    for (const role of ['prefill', 'decode']) putFleet(kube, `llama-${role}`, 3);
    const server = await start();
    const fresh: PrometheusAnswerer = ({ path, form }, response) =>
      constantly(form.query!.startsWith('max(') ? form.time! : '0')({ path, form, headers: {} }, response);
    const pools = ['prefill', 'decode'].map((role) => ({
      ...{ role, scaleTargetRef: { kind: 'Deployment', name: `llama-${role}` }, minReplicas: 1, maxReplicas: 6 },
    }));
    const fallback = { after: '60s', replicas: { prefill: 4, decode: 3 } };
    kube.put(
      scalerPath('llama'),
      scalerObject('llama', { pools, fallback, load: { prometheus: { url: server.url } } }),
    );
    const rig = startController(kube, () => assert.fail('not this service'), {
      openService: (scaler, api) => openService(options(), scaler, api),
    });
    const until = async (isSo: () => boolean): Promise<void> => {
      for (let i = 0; i < 1500 && !isSo(); i++) {
        await new Promise((resolve) => setTimeout(resolve, 10));
        await pass(rig.clock, 1);
      }
      assert.ok(isSo());
    };
    server.behave(fresh);
    await until(() => kube.get(scalerPath('llama'))!.status !== undefined);
    assert.equal(conditionOf(kube, 'MetricsAvailable'), 'True Read');
    server.behave((asked, response) =>
      (asked.form.query!.includes('llama-prefill-') ? constantly(null) : fresh)(asked, response),
    );
    await until(() => conditionOf(kube, 'MetricsAvailable') === 'False NoSamples');
    const { message } = statusOf(kube).conditions!.find(({ type }) => type === 'MetricsAvailable')!;
    assert.equal(message, 'no sample of the model was found of pool prefill');
    await until(() => scalesOf(kube).length > 0);
    assert.deepEqual(scalesOf(kube), ['llama-prefill 4']);
    await rig.stop();
  });

  it('asks no Prometheus that the chart does not allow, and says so in a condition', async () => {
    const objects = await renderedChart('prometheus.allow=["http://prometheus.monitoring:80"]');
    const statefulSet = [...objects.values()].find(({ kind }) => kind === 'StatefulSet')!;
    const { template } = statefulSet.spec as { template: { spec: { containers: { args: string[] }[] } } };
    const command = operatorCommand();
    command.parseOptions(template.spec.containers[0]!.args.slice(1));
    const { prometheusAllow } = command.opts<{ prometheusAllow: readonly string[] }>();
    const kube = fakeKube();
    putFleet(kube, 'llama', 1);
    const at = (url: string) => scalerObject('llama', { load: { prometheus: { url } } });
    kube.put(scalerPath('llama'), at('http://prometheus.evil:9090'));
    const rig = startController(kube, () => assert.fail('not this service'), {
      openService: (scaler, api) => openService(options(prometheusAllow), scaler, api),
    });
    await settle();
    assert.equal(conditionOf(kube, 'MetricsAvailable'), 'False MetricsUnreadable');
    const { message } = statusOf(kube).conditions!.find(({ type }) => type === 'MetricsAvailable')!;
    assert.equal(
      message,
      'prometheus url must begin with one of http://prometheus.monitoring:80, got "http://prometheus.evil:9090"',
    );
    await rig.stop();
  });
});
