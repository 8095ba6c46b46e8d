import { z } from 'zod';
import { instanceCount, LIMITS, profile, scheduler, seed, slo, sloAnswer, traffic, counts } from './common.js';

/** The largest rate within the SLO, of one deployment or of every split of so many GPUs. */
export const goodputQuestion = z
  .strictObject({
    traffic,
    profile,
    slo,
    gpus: instanceCount.optional().meta({ description: 'Every split of so many GPUs (default 4)' }),
    upTo: z
      .boolean()
      .default(false)
      .meta({ description: 'Every split of every number of GPUs up to gpus: the heat map over P x D' }),
    counts: counts.optional().meta({ description: 'Only this deployment' }),
    requests: z
      .int()
      .min(100)
      .max(LIMITS.unitRequests)
      .default(8000)
      .meta({ description: 'Requests drawn from the mix for each simulated rate' }),
    arrivals: z.enum(['mix', 'poisson']).default('mix'),
    scheduler,
    seed,
  })
  .refine(({ gpus, counts }) => gpus === undefined || counts === undefined, {
    message: 'give gpus or counts, not both',
    path: ['gpus'],
  })
  .meta({ id: 'GoodputQuestion' });

const configuration = z.strictObject({
  serve: z.int().exactOptional(),
  prefill: z.int().exactOptional(),
  decode: z.int().exactOptional(),
  gpus: z.int(),
  goodput: z.number().meta({ description: 'Requests per second; 0 when no rate keeps the SLO' }),
  low: z.number(),
  high: z.number().nullable().meta({ description: 'Missed at this rate; null when no rate missed' }),
  goodputPerGpu: z.number(),
});

/** Goodput of each deployment. */
export const goodputAnswer = z
  .strictObject({
    schema: z.literal('foresail.goodput/1'),
    profile: z.string(),
    slo: sloAnswer,
    configurations: z.array(configuration),
    best: configuration.nullable().meta({ description: 'The largest goodput per GPU' }),
    workload: z.strictObject({
      requests: z.int(),
      meanPromptTokens: z.number(),
      meanOutputTokens: z.number(),
    }),
  })
  .meta({ id: 'GoodputAnswer' });
