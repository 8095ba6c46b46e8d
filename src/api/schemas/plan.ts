import { z } from 'zod';
import {
  counts,
  countsAnswer,
  forecasterName,
  LIMITS,
  positiveSeconds,
  profile,
  scheduler,
  seed,
  share,
  slo,
  sloAnswer,
  traffic,
} from './common.js';

/** Instances for each step after the end of the chosen part of a trace. */
export const planQuestion = z
  .strictObject({
    traffic,
    profile,
    slo,
    maxGpus: z.int().min(1).max(LIMITS.planGpus).default(8).meta({ description: 'The budget' }),
    split: z.enum(['prefill-decode', 'serve']).default('prefill-decode').meta({
      description: 'Separate prefill and decode instances, or colocated ones',
    }),
    ratio: z
      .strictObject({ min: z.number().min(0.001).max(1000), max: z.number().min(0.001).max(1000) })
      .refine(({ min, max }) => min <= max, 'min must not be above max')
      .optional()
      .meta({ description: 'Allowed prefill / decode instances', example: { min: 0.25, max: 4 } }),
    present: counts.optional().meta({ description: 'Ready at the start; default: as few as keep the SLO' }),
    stepSeconds: positiveSeconds('How often targets may change').min(1).max(3600).default(60),
    steps: z.int().min(1).max(LIMITS.planSteps).default(10),
    model: forecasterName.default('ensemble'),
    quantile: z
      .union([z.literal(0.5), z.literal(0.8), z.literal(0.9), z.literal(0.95), z.literal(0.99)])
      .default(0.9)
      .meta({ description: 'Level of the forecast to be ready for' }),
    launchSeconds: positiveSeconds('From asking for an instance to its first request; default: of the profile')
      .max(86400)
      .optional(),
    beamWidth: z.int().min(1).max(64).default(16),
    tryOut: z.boolean().default(false).meta({
      description: 'Try the plan, the runner-up and the best static split out, request by request: takes longer',
    }),
    scheduler,
    seed,
  })
  .refine(({ split, maxGpus }) => split === 'serve' || maxGpus >= 2, {
    message: 'prefill and decode instances need at least 2 GPUs',
    path: ['maxGpus'],
  })
  .meta({ id: 'PlanQuestion' });

const simulated = z
  .strictObject({ attainment: share, gpuSeconds: z.number() })
  .nullable()
  .meta({ description: 'Tried out request by request; null when it was not' });

const path = {
  predictedAttainment: share,
  gpuSeconds: z.number(),
  simulated,
};

const step = z.strictObject({
  atSeconds: z.number(),
  serve: z.int().exactOptional(),
  prefill: z.int().exactOptional(),
  decode: z.int().exactOptional(),
});

const plannedStep = step.extend({
  expectedRate: z.number().meta({ description: 'Requests per second' }),
  plannedRate: z.number().meta({ description: 'Requests per second at the quantile' }),
});

/** The plan, the runner-up, and the best static configuration. */
export const planAnswer = z
  .strictObject({
    schema: z.literal('foresail.plan/1'),
    startEpochSeconds: z.number().nullable(),
    originSeconds: z.number(),
    stepSeconds: z.number(),
    launchSeconds: z.number(),
    loadFactor: z.number(),
    profile: z.string(),
    slo: sloAnswer,
    present: countsAnswer,
    steps: z.array(plannedStep),
    ...path,
    runnerUp: z.strictObject({ steps: z.array(step), ...path }).nullable(),
    binding: z.string().meta({ description: 'What keeps the plan from costing less' }),
    bestStatic: z.strictObject({ counts: countsAnswer, of: z.int(), steps: z.array(step), ...path }),
  })
  .meta({ id: 'PlanAnswer' });
