import { z } from 'zod';
import { objectName, replicaCount, role } from './fields.js';
import { withRules } from './rules.js';

const scaleTargetRef = z
  .strictObject({
    apiVersion: z.string().min(1).max(253).default('apps/v1').describe('API group and version of the target.'),
    kind: z.string().min(1).max(63).default('Deployment').describe('Kind of the target.'),
    name: objectName.describe('Name of the target, in the namespace of this resource.'),
  })
  .describe(
    'What is scaled: anything with a scale subresource, such as a Deployment, or a LeaderWorkerSet of leaderworkerset.x-k8s.io/v1.',
  );

const labels = z.record(z.string(), z.string().max(63));

const labelSelector = z
  .strictObject({
    matchLabels: labels.optional().describe('Labels that a pod must have.'),
    matchExpressions: z
      .array(
        z.strictObject({
          key: z.string().min(1).max(317).describe('Key of the label.'),
          operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']).describe('How key and values relate.'),
          values: z.array(z.string().max(63)).max(100).optional().describe('Values, for In and NotIn.'),
        }),
      )
      .max(20)
      .optional()
      .describe('Requirements that a pod must meet.'),
  })
  .describe(
    'Pods of this pool that answer requests. Default: the selector that the scale subresource of the target gives.',
  );

/** One pool of replicas that is scaled as one. */
export const pool = withRules(
  z.strictObject({
    role: role.describe(
      'serve does prefill and decode in one engine; prefill and decode are the two halves of a split service.',
    ),
    scaleTargetRef,
    podSelector: labelSelector.optional(),
    metricLabels: labels
      .optional()
      .describe(
        'Labels that the time series of this pool carry in Prometheus, besides model_name. Default: a label pod with a name as the controller of the target gives to pods.',
      ),
    gpusPerReplica: z
      .int()
      .min(1)
      .max(1024)
      .default(1)
      .describe('GPUs that one replica holds, all of its pods together.'),
    minReplicas: replicaCount.default(1).describe('Fewest replicas.'),
    maxReplicas: replicaCount.describe('Most replicas.'),
  }),
  [
    {
      rule: 'self.minReplicas <= self.maxReplicas',
      message: 'minReplicas must be at most maxReplicas',
      holds: ({ minReplicas, maxReplicas }) => minReplicas <= maxReplicas,
    },
  ],
);

type Pools = readonly z.output<typeof pool>[];

/** One pool `serve`, or the two pools `prefill` and `decode`. */
export const pools = withRules(z.array(pool).min(1).max(2), [
  {
    rule: "self.size() == 1 ? self[0].role == 'serve' : self.exists(p, p.role == 'prefill') && self.exists(p, p.role == 'decode')",
    message: 'pools must be one pool serve, or the two pools prefill and decode',
    holds: (all: Pools) =>
      all
        .map((one) => one.role)
        .sort()
        .join() === (all.length === 1 ? 'serve' : 'decode,prefill'),
  },
  {
    rule: 'self.size() == 1 || self[0].scaleTargetRef != self[1].scaleTargetRef',
    message: 'the two pools must have different targets',
    holds: (all: Pools) =>
      new Set(all.map((one) => JSON.stringify(Object.entries(one.scaleTargetRef).sort()))).size === all.length,
  },
])
  .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['role'] })
  .describe('One pool serve, or the two pools prefill and decode.');
