import { z } from 'zod';

const scalingPolicy = z.strictObject({
  type: z.enum(['Pods', 'Percent']).describe('What value counts: replicas, or percent of them.'),
  value: z.int().min(1).max(100_000).describe('The most that may change within periodSeconds.'),
  periodSeconds: z.int().min(1).max(1800).describe('Window of the past over which changes are counted.'),
});

const scalingRules = z.strictObject({
  stabilizationWindowSeconds: z
    .int()
    .min(0)
    .max(3600)
    .optional()
    .describe('How long past wishes are considered: up follows the lowest, down the highest of them.'),
  selectPolicy: z
    .enum(['Max', 'Min', 'Disabled'])
    .optional()
    .describe('Which policy counts, or none at all. Default: Max.'),
  policies: z.array(scalingPolicy).min(1).max(10).optional().describe('Limits of the pace.'),
});

/** The pace of scaling, in the shape of a HorizontalPodAutoscaler's `behavior`. */
export const behavior = z
  .strictObject({
    scaleUp: scalingRules.optional().describe('Upwards.'),
    scaleDown: scalingRules.optional().describe('Downwards.'),
  })
  .describe(
    'Limits of the pace of scaling, in the shape of the behavior of a HorizontalPodAutoscaler. What is left out does not limit, but for the stabilization downwards: 300 s.',
  );
