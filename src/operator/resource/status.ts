import { z } from 'zod';
import { role } from './fields.js';

/** The types of conditions that a GoodputScaler has. */
export const CONDITION_TYPES = [
  'Ready',
  'MetricsAvailable',
  'ForecastHealthy',
  'ScalingActive',
  'ScalingLimited',
  'RatioConstrained',
  'Conflicted',
] as const;

/** One of CONDITION_TYPES. */
export type ConditionType = (typeof CONDITION_TYPES)[number];

const moment = z.iso.datetime({ offset: true }).meta({ format: 'date-time', pattern: undefined });
const replicas = z.int().min(0);

const condition = z.object({
  type: z
    .string()
    .max(316)
    .describe(
      'One of Ready, MetricsAvailable, ForecastHealthy, ScalingActive, ScalingLimited, RatioConstrained, Conflicted.',
    ),
  status: z.enum(['True', 'False', 'Unknown']).describe('Whether it holds.'),
  reason: z.string().max(1024).describe('Why, in one word for programs.'),
  message: z.string().max(32768).describe('Why, for people.'),
  lastTransitionTime: moment.describe('When status last changed.'),
  observedGeneration: z.int().min(0).optional().describe('The generation of the spec that it was found for.'),
});

const poolStatus = z.object({
  role: role.describe('The role of the pool.'),
  current: replicas.optional().describe('Replicas that its target asks for.'),
  ready: replicas.optional().describe('Replicas that answer requests.'),
  desired: replicas
    .optional()
    .describe('Replicas that Foresail wants; written to the target in modes Bounded and Auto.'),
  reason: z.string().max(1024).optional().describe('Why so many.'),
});

const planStep = z.object({
  at: moment.describe('From when.'),
  serve: replicas.optional().describe('Replicas of the pool serve.'),
  prefill: replicas.optional().describe('Replicas of the pool prefill.'),
  decode: replicas.optional().describe('Replicas of the pool decode.'),
});

const share = z.number().min(0).max(1);

const decision = z.object({
  at: moment.describe('When it was taken.'),
  kind: z.enum(['scale', 'hold']).describe('Whether something is to change.'),
  reason: z.string().max(1024).describe('Why.'),
  plan: z.array(planStep).max(200).optional().describe('The plan it follows: the steps at which replicas change.'),
  runnerUp: z
    .object({
      plan: z.array(planStep).max(200).describe('Its steps.'),
      predictedAttainment: share.optional().describe('Share of requests that it would serve within the SLO.'),
    })
    .optional()
    .describe('The best plan that begins otherwise.'),
  binding: z.string().max(1024).optional().describe('What keeps the plan from being better or cheaper.'),
  predictedAttainment: share.optional().describe('Share of requests within the SLO, as the plan foresees.'),
});

/** The status of a GoodputScaler. A value that is not known is left out. */
export const goodputScalerStatus = z
  .object({
    observedGeneration: z.int().min(0).optional().describe('The generation of the spec that this status is of.'),
    conditions: z
      .array(condition)
      .max(20)
      .optional()
      .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['type'] })
      .describe('What holds, and why.'),
    pools: z
      .array(poolStatus)
      .max(2)
      .optional()
      .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['role'] })
      .describe('The pools now.'),
    forecast: z
      .object({
        at: moment.describe('The end of the last bin that it knows.'),
        horizon: z.string().max(20).describe('How far after that, such as 5m.'),
        p50: z.number().min(0).optional().describe('Median of the requests per second then.'),
        p90: z.number().min(0).optional().describe('Requests per second that are not exceeded in 9 of 10 cases.'),
        model: z.string().max(253).optional().describe('The forecaster.'),
      })
      .optional()
      .describe('The load that is expected one launch time ahead.'),
    accuracy: z
      .object({
        nmae: z.number().min(0).optional().describe('Mean absolute error divided by the mean.'),
        nmse: z.number().min(0).optional().describe('Mean squared error divided by the variance.'),
        bias: z.number().optional().describe('Mean error divided by the mean; above 0 where too much was expected.'),
        coverage: share.optional().describe('Share of the bins at or below the quantile that was planned for.'),
      })
      .optional()
      .describe('How well past forecasts met what came.'),
    decision: decision.optional().describe('The last decision.'),
    shadow: z
      .object({
        gpuHoursSaved: z.number().optional().describe('GPU hours that the decisions would have saved.'),
        attainment: share.optional().describe('Share of requests that would have been served within the SLO.'),
      })
      .optional()
      .describe('What following the decisions would have meant, while mode does not scale.'),
    lastScaleTime: moment.optional().describe('When a target was last written.'),
  })
  .describe('What Foresail saw and decided.');

/** The status of a GoodputScaler as Kubernetes keeps it: times are RFC 3339, what is not known is left out. */
export type GoodputScalerStatus = z.output<typeof goodputScalerStatus>;

/** One condition of the status. */
export type StatusCondition = z.output<typeof condition>;
