import assert from 'node:assert/strict';
import { InputError } from '../../src/base/index.js';
import { readGoodputScaler } from '../../src/operator/index.js';
import { fullScaler, REFUSED, shortScaler, withField } from '../helpers/goodput-scalers.js';

const RULE_OF_LIMITS = 'minReplicas and maxReplicas of the pools, ratio and budget must allow some replicas together';

describe('a GoodputScaler', () => {
  it('is read with durations in seconds, ratios in numbers, and the rest as it was written', () => {
    const { metadata, spec, status } = readGoodputScaler(fullScaler());
    assert.deepEqual(metadata, { name: 'llama', namespace: 'chat', uid: 'u-1', generation: 3, resourceVersion: '41' });
    assert.equal(status, undefined);
    const written = fullScaler().spec;
    assert.deepEqual(spec, {
      ...written,
      ratio: { min: { prefill: 1, decode: 6 }, max: { prefill: 6, decode: 1 } },
      slo: { ttft: 2, tpot: 0.05, e2e: 60, attainment: 0.9 },
      load: { ...(written.load as object), bin: 60 },
      forecast: { models: ['ensemble'], quantile: 0.95, horizon: 1200, retrainEvery: 7200, history: 14 * 86400 },
      plan: { interval: 10, launchTime: 90, beamWidth: 8 },
      fallback: { after: 300, replicas: { prefill: 2, decode: 4 } },
    });
  });

  it('fills in what was left out, and writes nothing unless it is told to', () => {
    assert.deepEqual(readGoodputScaler(shortScaler()).spec, {
      model: 'small',
      mode: 'Shadow',
      pools: [
        {
          role: 'serve',
          scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'small' },
          gpusPerReplica: 1,
          minReplicas: 1,
          maxReplicas: 4,
        },
      ],
      slo: { ttft: 1, attainment: 0.9 },
      load: { pods: { port: 8000, path: '/metrics' }, bin: 60, timeZone: 'UTC' },
      forecast: { models: ['ensemble'], quantile: 0.9, horizon: 1800, retrainEvery: 3600, history: 28 * 86400 },
      plan: { interval: 15, launchTime: 'observed', beamWidth: 16 },
    });
  });

  it('does not change what it reads', () => {
    const object = fullScaler();
    readGoodputScaler(object);
    assert.deepEqual(object, fullScaler());
  });

  for (const [what, path, value, rule] of REFUSED)
    it(`is refused with ${what}`, () =>
      assert.throws(
        () => readGoodputScaler(withField(fullScaler(), path, value)),
        (error) => error instanceof InputError && rule.test(error.message),
      ));

  it('is refused with a field that is not known, and a time zone that is none', () => {
    const refused = (path: string, value: unknown): void =>
      assert.throws(() => readGoodputScaler(withField(fullScaler(), path, value)), InputError);
    refused('spec.replicas', 3);
    refused('spec.pools.0.max', 3);
    refused('spec.load.timeZone', 'Mars/Olympus');
  });

  for (const [what, mostPrefill, leastDecode, rules] of [
    ['a ratio that the pools cannot have', 4, 3, { ratio: { min: '2:1', max: '3:1' } }],
    ['a ratio that no whole replicas have', 3, 1, { ratio: { min: '4:3', max: '7:5' } }],
    ['a ratio that the budget forbids', 8, 2, { ratio: { min: '4:1', max: '6:1' }, budget: { maxGpus: 9 } }],
  ] as const)
    it(`is refused with ${what}`, () => {
      const pools = withField(fullScaler(), 'spec.pools.0.maxReplicas', mostPrefill);
      const { spec, ...rest } = withField(pools, 'spec.pools.1.minReplicas', leastDecode);
      assert.throws(() => readGoodputScaler({ ...rest, spec: { ...spec, ...rules, fallback: undefined } }), {
        message: `GoodputScaler chat/llama: spec: ${RULE_OF_LIMITS}`,
      });
    });

  it('is refused in one line that names resource, field and rule', () =>
    assert.throws(() => readGoodputScaler(withField(fullScaler(), 'spec.pools.1.minReplicas', 9)), {
      message: 'GoodputScaler chat/llama: spec.pools[1]: minReplicas must be at most maxReplicas',
    }));

  it('is refused when it is not even an object', () => {
    for (const object of [null, undefined, 3, 'x', [], {}, { metadata: { name: 7 } }])
      assert.throws(() => readGoodputScaler(object), InputError);
  });

  it('keeps a status that it understands, and leaves out one that it does not', () => {
    const status = {
      observedGeneration: 3,
      pools: [{ role: 'prefill', current: 2, ready: 1 }],
      lastScaleTime: '2026-11-24T10:00:00Z',
    };
    assert.deepEqual(readGoodputScaler({ ...fullScaler(), status }).status, status);
    assert.equal(readGoodputScaler({ ...fullScaler(), status: { pools: 'two' } }).status, undefined);
  });
});
