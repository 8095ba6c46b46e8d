import { z } from 'zod';
import {
  countsAnswer,
  forecasterName,
  instanceCount,
  LIMITS,
  positiveSeconds,
  profile,
  seed,
  share,
  slo,
  sloAnswer,
  summary,
  traffic,
} from './common.js';

/** The policies that can meet: the best static split, an HPA-like rule, and Foresail. */
export const POLICIES = ['static', 'hpa', 'foresail'] as const;

/** A window of the traffic replayed under each policy. */
export const contestQuestion = z
  .strictObject({
    traffic,
    profile,
    slo,
    gpus: z.int().min(2).max(LIMITS.contestGpus).default(8).meta({ description: 'The budget' }),
    windowSeconds: positiveSeconds('Length of the window').min(600).max(LIMITS.contestSeconds).default(3600),
    policies: z
      .array(z.enum(POLICIES))
      .min(1)
      .max(POLICIES.length)
      .default([...POLICIES]),
    initial: z
      .strictObject({ prefill: instanceCount, decode: instanceCount })
      .optional()
      .meta({ description: 'Ready at the start, and the static split; default: fewest GPUs by the table' }),
    model: forecasterName.default('ensemble'),
    seed,
  })
  .meta({ id: 'ContestQuestion' });

const result = z.strictObject({
  policy: z.string(),
  requests: z.int(),
  attainment: share,
  goodRate: z.number().meta({ description: 'Requests within the SLO per second' }),
  goodputPerGpu: z.number(),
  gpuHours: z.number(),
  averageGpus: z.number(),
  ttftSeconds: summary,
  tpotSeconds: summary,
  scaleEvents: z.int(),
  reversals: z.int(),
  timeline: z.array(
    z.strictObject({
      atSeconds: z.number(),
      serve: z.int().exactOptional(),
      prefill: z.int().exactOptional(),
      decode: z.int().exactOptional(),
    }),
  ),
});

/** Every policy on the same arrivals, best goodput per GPU among those that keep the SLO first. */
export const contestAnswer = z
  .strictObject({
    schema: z.literal('foresail.contest/1'),
    profile: z.string(),
    slo: sloAnswer,
    startEpochSeconds: z.number().nullable(),
    loadFactor: z.number(),
    initial: countsAnswer,
    window: z.strictObject({ startSeconds: z.number(), endSeconds: z.number() }),
    results: z.array(result),
    ranking: z.array(z.string()),
  })
  .meta({ id: 'ContestAnswer' });
