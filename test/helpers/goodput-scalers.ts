/** A manifest as a user writes it: unchecked. */
export type Manifest = Record<string, unknown> & { metadata: Record<string, unknown>; spec: Record<string, unknown> };

/** A GoodputScaler with two pools and every field set. */
export function fullScaler(): Manifest {
  const pool = (role: string): object => ({
    role,
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: `llama-${role}` },
    podSelector: {
      matchLabels: { app: 'llama', role },
      matchExpressions: [{ key: 'canary', operator: 'DoesNotExist' }],
    },
    metricLabels: { job: `llama-${role}` },
    gpusPerReplica: 1,
    minReplicas: 1,
    maxReplicas: 8,
  });
  return {
    apiVersion: 'foresail.dev/v1alpha1',
    kind: 'GoodputScaler',
    metadata: { name: 'llama', namespace: 'chat', uid: 'u-1', generation: 3, resourceVersion: '41' },
    spec: {
      model: 'meta-llama/Llama-3.1-8B-Instruct',
      mode: 'Bounded',
      maxStep: 2,
      pools: [pool('prefill'), pool('decode')],
      ratio: { min: '1:6', max: '6:1' },
      budget: { maxGpus: 16 },
      slo: { ttft: '2s', tpot: '50ms', e2e: '60s', attainment: 0.9 },
      load: {
        prometheus: {
          url: 'http://prometheus:9090',
          authSecretRef: { name: 'prometheus' },
          queries: { running: 'vector(1)' },
        },
        bin: '60s',
        timeZone: 'Asia/Hong_Kong',
      },
      forecast: { models: ['ensemble'], quantile: 0.95, horizon: '20m', retrainEvery: '2h', history: '14d' },
      profile: { configMapRef: { name: 'profiles', key: 'h100.json' } },
      plan: { interval: '10s', launchTime: '90s', beamWidth: 8 },
      behavior: {
        scaleUp: { policies: [{ type: 'Percent', value: 100, periodSeconds: 60 }] },
        scaleDown: {
          stabilizationWindowSeconds: 300,
          selectPolicy: 'Min',
          policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }],
        },
      },
      fallback: { after: '5m', replicas: { prefill: 2, decode: 4 } },
    },
  };
}

/** The shortest GoodputScaler: one pool, everything else by default. */
export function shortScaler(): Manifest {
  return {
    apiVersion: 'foresail.dev/v1alpha1',
    kind: 'GoodputScaler',
    metadata: { name: 'small', namespace: 'chat' },
    spec: {
      model: 'small',
      pools: [{ role: 'serve', scaleTargetRef: { name: 'small' }, maxReplicas: 4 }],
      slo: { ttft: '1s' },
      load: { pods: {} },
    },
  };
}

/** A manifest with the field at a path set, or taken out where the value is undefined. */
export function withField<T extends object>(manifest: T, path: string, value: unknown): T {
  const copy = structuredClone(manifest);
  const keys = path.split('.');
  const last = keys.pop()!;
  const inside = keys.reduce<Record<string, unknown>>(
    (at, key) => at[key] as Record<string, unknown>,
    copy as Record<string, unknown>,
  );
  if (value === undefined) Reflect.deleteProperty(inside, last);
  else inside[last] = value;
  return copy;
}

const serve = { role: 'serve', scaleTargetRef: { name: 'llama' }, maxReplicas: 8 };
const [prefill, decode] = ['prefill', 'decode'].map((role) => ({
  role,
  scaleTargetRef: { name: 'llama' },
  maxReplicas: 8,
}));

/**
 * One change of `fullScaler` a row, after which both `readGoodputScaler` and the API server refuse it: what is wrong, the path, the value, and what the
 * refusal says.
 */
export const REFUSED: readonly (readonly [string, string, unknown, RegExp])[] = [
  ['no spec', 'spec', undefined, /spec/],
  ['no model', 'spec.model', undefined, /model/],
  ['an empty model', 'spec.model', '', /model/],
  ['an unknown mode', 'spec.mode', 'Turbo', /mode/],
  ['mode Bounded without maxStep', 'spec.maxStep', undefined, /mode Bounded needs maxStep/],
  ['no pools', 'spec.pools', [], /pools/],
  ['only prefill', 'spec.pools', [prefill], /pools must be one pool serve, or the two pools/],
  ['prefill twice', 'spec.pools', [prefill, { ...prefill, scaleTargetRef: { name: 'other' } }], /pools|[Dd]uplicate/],
  ['serve beside decode', 'spec.pools', [serve, decode], /pools must be one pool serve, or the two pools/],
  ['one target for both pools', 'spec.pools', [prefill, decode], /the two pools must have different targets/],
  ['a ratio with one pool', 'spec.pools', [serve], /ratio is for the two pools prefill and decode/],
  ['no replicas allowed', 'spec.pools.0.minReplicas', 0, /minReplicas/],
  ['half a replica', 'spec.pools.0.minReplicas', 1.5, /minReplicas/],
  ['min above max', 'spec.pools.0.minReplicas', 9, /minReplicas must be at most maxReplicas/],
  ['no maxReplicas', 'spec.pools.0.maxReplicas', undefined, /maxReplicas/],
  ['no target', 'spec.pools.0.scaleTargetRef', undefined, /scaleTargetRef/],
  ['a target that is no name', 'spec.pools.0.scaleTargetRef.name', 'Llama/../x', /name/],
  ['an unknown selector operator', 'spec.pools.0.podSelector.matchExpressions.0.operator', 'Gt', /operator/],
  ['no GPU', 'spec.pools.0.gpusPerReplica', 0, /gpusPerReplica/],
  ['a ratio that is none', 'spec.ratio.min', '1/6', /min/],
  ['a ratio of nothing', 'spec.ratio.min', '0:6', /min/],
  ['a ratio upside down', 'spec.ratio.min', '7:1', /ratio.min must be at most ratio.max/],
  ['a budget below the least replicas', 'spec.budget.maxGpus', 1, /budget.maxGpus must suffice/],
  ['a budget below the fallback', 'spec.budget.maxGpus', 5, /fallback.replicas must stay within budget.maxGpus/],
  ['an SLO without bounds', 'spec.slo', { attainment: 0.9 }, /slo must have at least one of ttft, tpot and e2e/],
  ['a bound without unit', 'spec.slo.ttft', '2', /ttft/],
  ['a bound of nothing', 'spec.slo.ttft', '0s', /ttft/],
  ['a bound below nothing', 'spec.slo.ttft', '-2s', /ttft/],
  ['no attainment', 'spec.slo.attainment', 0, /attainment/],
  ['more than every request', 'spec.slo.attainment', 1.1, /attainment/],
  ['both Prometheus and pods', 'spec.load.pods', {}, /load must have exactly one of prometheus and pods/],
  [
    'neither Prometheus nor pods',
    'spec.load.prometheus',
    undefined,
    /load must have exactly one of prometheus and pods/,
  ],
  ['an address that is no URL', 'spec.load.prometheus.url', 'file:///etc/passwd', /url/],
  ['a user in the address', 'spec.load.prometheus.url', 'http://me:secret@prometheus', /url/],
  ['a query of no use', 'spec.load.prometheus.queries', { walking: 'vector(1)' }, /queries/],
  ['bins of a day', 'spec.load.bin', '24h', /must be a time from 1s to 1h/],
  ['bins longer than the horizon', 'spec.load.bin', '30m', /forecast.horizon must be at least one load.bin/],
  ['an unknown forecaster', 'spec.forecast.models', ['oracle'], /models/],
  ['a level that is not kept', 'spec.forecast.quantile', 0.42, /quantile/],
  [
    'a profile twice',
    'spec.profile.name',
    'h100-llama-3.1-8b-bf16',
    /profile must have exactly one of name and configMapRef/,
  ],
  ['a profile from a file', 'spec.profile', { name: '/etc/profile.json' }, /name/],
  ['an interval of a moment', 'spec.plan.interval', '10ms', /must be a time from 1s to 1h/],
  [
    'pods that are read every five minutes',
    'spec',
    { ...fullScaler().spec, load: { pods: {} }, plan: { interval: '5m' } },
    /plan.interval must be at most 2m with load.pods/,
  ],
  ['a guessed launch time', 'spec.plan.launchTime', 'guessed', /launchTime/],
  ['a policy without period', 'spec.behavior.scaleUp.policies', [{ type: 'Pods', value: 1 }], /periodSeconds/],
  ['a fallback without decode', 'spec.fallback.replicas', { prefill: 2 }, /fallback.replicas must give every pool/],
  ['a fallback above the most', 'spec.fallback.replicas.prefill', 9, /fallback.replicas must give every pool/],
  [
    'a fallback of another role',
    'spec.fallback.replicas',
    { prefill: 2, serve: 4 },
    /fallback.replicas must give every pool/,
  ],
];
