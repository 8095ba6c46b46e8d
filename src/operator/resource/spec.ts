import { z } from 'zod';
import { FORECASTER_NAMES, QUANTILE_LEVELS } from '../../forecast/index.js';
import { allowsAny } from '../../plan/index.js';
import { DEFAULT_ATTAINMENT } from '../../spec/index.js';
import { behavior } from './behavior.js';
import { duration, durationOrObserved, durationWithin, ratio, replicaCount, role } from './fields.js';
import { limitsOf } from './limits.js';
import { pools } from './pool.js';
import { withRules } from './rules.js';
import { load, profile } from './sources.js';

const ratioBounds = withRules(
  z.strictObject({
    min: ratio.describe('Least prefill to decode replicas, such as 1:6.'),
    max: ratio.describe('Most prefill to decode replicas, such as 6:1.'),
  }),
  [
    {
      rule: "int(self.min.split(':')[0]) * int(self.max.split(':')[1]) <= int(self.max.split(':')[0]) * int(self.min.split(':')[1])",
      message: 'ratio.min must be at most ratio.max',
      holds: ({ min, max }) => min.prefill * max.decode <= max.prefill * min.decode,
    },
  ],
).describe('Bounds of the ratio of prefill to decode replicas.');

const slo = withRules(
  z.strictObject({
    ttft: duration.optional().describe('Most time to the first token, such as 2s.'),
    tpot: duration.optional().describe('Most time per output token after the first, such as 50ms.'),
    e2e: duration.optional().describe('Most time to the last token, such as 60s.'),
    attainment: z
      .number()
      .gt(0)
      .max(1)
      .default(DEFAULT_ATTAINMENT)
      .describe('Share of requests that must meet every bound.'),
  }),
  [
    {
      rule: 'has(self.ttft) || has(self.tpot) || has(self.e2e)',
      message: 'slo must have at least one of ttft, tpot and e2e',
      holds: ({ ttft, tpot, e2e }) => (ttft ?? tpot ?? e2e) !== undefined,
    },
  ],
).describe('What the service promises: latency bounds and the share of requests that must meet them.');

const forecast = z
  .strictObject({
    models: z
      .array(z.enum(FORECASTER_NAMES as [string, ...string[]]))
      .min(1)
      .max(8)
      .default(['ensemble'])
      .describe('Forecasters that are fitted; the one that forecast best of late is followed.'),
    quantile: z
      .literal(QUANTILE_LEVELS)
      .default(0.9)
      .describe('Level of the forecast that the fleet must be ready for.'),
    horizon: durationWithin('1m', '24h').prefault('30m').describe('How far ahead is planned, from 1m to 24h.'),
    retrainEvery: durationWithin('1m', '168h')
      .prefault('1h')
      .describe('How often the models are fitted anew, from 1m to 168h.'),
    history: duration.prefault('28d').describe('How much of the past the models see; at most 50,000 bins of it.'),
  })
  .prefault({})
  .describe('How the load is forecast.');

const plan = z
  .strictObject({
    interval: durationWithin('1s', '1h').prefault('15s').describe('Time between two decisions, from 1s to 1h.'),
    launchTime: durationOrObserved
      .prefault('observed')
      .describe(
        'From asking for a replica to its first servable request: a time, or observed for what the pods showed.',
      ),
    beamWidth: z.int().min(1).max(256).default(16).describe('Plans that are kept at each step of the search.'),
  })
  .prefault({})
  .describe('How replicas are planned.');

const fallback = z
  .strictObject({
    after: durationWithin('1s', '24h').prefault('5m').describe('How long metrics must be missing, from 1s to 24h.'),
    replicas: z
      .partialRecord(role, replicaCount)
      .describe('Replicas of every pool, by role.')
      .meta({ maxProperties: 3 }),
  })
  .describe('Replicas to hold when metrics stay missing. Without it the fleet stays as it is.');

const fields = z.strictObject({
  model: z.string().min(1).max(253).describe('Name of the served model: the label model_name of the metrics of vLLM.'),
  mode: z
    .enum(['Shadow', 'Recommend', 'Bounded', 'Auto'])
    .default('Shadow')
    .describe(
      'Shadow: say in the status what would be done. Recommend: also publish it as a metric. Bounded: scale, by at most maxStep replicas at once. Auto: scale.',
    ),
  maxStep: replicaCount.optional().describe('Mode Bounded: most replicas by which one decision changes a pool.'),
  pools,
  ratio: ratioBounds.optional(),
  budget: z
    .strictObject({ maxGpus: z.int().min(1).max(100_000).describe('Most GPUs over all pools.') })
    .optional()
    .describe('What all pools may cost together.'),
  slo,
  load,
  forecast,
  profile: profile.optional(),
  plan,
  behavior: behavior.optional(),
  fallback: fallback.optional(),
});

/** What a user wrote, checked: durations are seconds, ratios are `Ratio`, `slo` is `Slo`, defaults are filled in. */
export type GoodputScalerSpec = z.output<typeof fields>;

/** The spec of a GoodputScaler: the one source of its type, its checks and the schema of its custom resource. */
export const goodputScalerSpec = withRules(fields, [
  {
    rule: "self.mode != 'Bounded' || has(self.maxStep)",
    message: 'mode Bounded needs maxStep',
    holds: ({ mode, maxStep }) => mode !== 'Bounded' || maxStep !== undefined,
  },
  {
    rule: 'duration(self.forecast.horizon) >= duration(self.load.bin)',
    message: 'forecast.horizon must be at least one load.bin',
    holds: ({ forecast: { horizon }, load: { bin } }) => horizon >= bin,
  },
  {
    rule: "!has(self.load.pods) || duration(self.plan.interval) <= duration('2m')",
    message: 'plan.interval must be at most 2m with load.pods, whose pods are read once an interval',
    holds: ({ load: { pods }, plan: { interval } }) => pods === undefined || interval <= 120,
  },
  {
    rule: '!has(self.ratio) || self.pools.size() == 2',
    message: 'ratio is for the two pools prefill and decode',
    holds: (spec) => spec.ratio === undefined || spec.pools.length === 2,
  },
  {
    rule: '!has(self.budget) || self.pools.map(p, p.minReplicas * p.gpusPerReplica).sum() <= self.budget.maxGpus',
    message: 'budget.maxGpus must suffice for the minReplicas of all pools',
    holds: (spec) =>
      !spec.budget || sum(spec.pools.map((p) => p.minReplicas * p.gpusPerReplica)) <= spec.budget.maxGpus,
  },
  {
    rule: '!has(self.fallback) || self.fallback.replicas.size() == self.pools.size() && self.pools.all(p, p.role in self.fallback.replicas && self.fallback.replicas[p.role] >= p.minReplicas && self.fallback.replicas[p.role] <= p.maxReplicas)',
    message: 'fallback.replicas must give every pool replicas between its minReplicas and maxReplicas',
    holds: ({ fallback: held, pools: all }) =>
      !held ||
      (Object.keys(held.replicas).length === all.length && all.every((p) => isBetween(held.replicas[p.role], p))),
  },
  {
    rule: '!has(self.fallback) || !has(self.budget) || self.pools.map(p, p.role in self.fallback.replicas ? self.fallback.replicas[p.role] * p.gpusPerReplica : 0).sum() <= self.budget.maxGpus',
    message: 'fallback.replicas must stay within budget.maxGpus',
    holds: ({ fallback: held, budget, pools: all }) =>
      !held || !budget || sum(all.map((p) => (held.replicas[p.role] ?? 0) * p.gpusPerReplica)) <= budget.maxGpus,
  },
  {
    message: 'minReplicas and maxReplicas of the pools, ratio and budget must allow some replicas together',
    holds: (spec) => allowsAny(limitsOf(spec)),
  },
]).describe('What is scaled, for which promise, and how.');

function isBetween(
  count: number | undefined,
  { minReplicas, maxReplicas }: { minReplicas: number; maxReplicas: number },
): boolean {
  return count !== undefined && count >= minReplicas && count <= maxReplicas;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
