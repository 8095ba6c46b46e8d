import { z } from 'zod';
import {
  countsAnswer,
  DEFAULT_PROFILE_NAME,
  instanceCount,
  LIMITS,
  profileName,
  scheduler,
  seed,
  share,
  slo,
  sloAnswer,
  traffic,
} from './common.js';

const priced = z
  .strictObject({
    profile: profileName,
    pricePerGpuHour: z.number().min(0).max(10_000).default(0).meta({ description: 'In any currency' }),
  })
  .meta({ id: 'PricedProfile' });

/** The fewest GPUs that keep the SLO over the traffic, and which split. */
export const capacityQuestion = z
  .strictObject({
    traffic,
    slo,
    profiles: z
      .array(priced)
      .min(1)
      .max(LIMITS.profiles)
      .default([{ profile: DEFAULT_PROFILE_NAME, pricePerGpuHour: 0 }])
      .meta({ description: 'Compared with one another' }),
    maxGpus: instanceCount.default(16).meta({ description: 'The largest fleet that is looked at' }),
    splits: z
      .enum(['any', 'prefill-decode', 'serve'])
      .default('any')
      .meta({ description: 'Which deployments are looked at' }),
    redraws: z
      .int()
      .min(0)
      .max(10)
      .default(3)
      .meta({ description: 'Fresh draws of the busiest ten minutes on which the answer is tried out' }),
    scheduler,
    seed,
  })
  .meta({ id: 'CapacityQuestion' });

const range = z
  .strictObject({ low: z.number(), mean: z.number(), high: z.number() })
  .nullable()
  .meta({ description: 'Attainment over the redraws of the busiest ten minutes; null without redraws' });

const option = z
  .strictObject({
    profile: z.string(),
    counts: countsAnswer,
    gpus: z.int(),
    attainment: share.meta({ description: 'Share of the requests of the whole traffic within the SLO' }),
    goodput: z.number().meta({ description: 'Requests per second that this deployment keeps' }),
    headroom: z.number().meta({ description: 'By what the load may still be multiplied until the SLO is missed' }),
    costPerHour: z.number(),
    busiest: range,
  })
  .meta({ id: 'CapacityOption' });

const row = z
  .strictObject({
    profile: z.string(),
    pricePerGpuHour: z.number(),
    best: option.nullable().meta({ description: 'Fewest GPUs and best split; null when maxGpus do not suffice' }),
    curve: z
      .array(z.strictObject({ gpus: z.int(), counts: countsAnswer, attainment: share, goodput: z.number() }))
      .meta({ description: 'The best split of each number of GPUs that was looked at' }),
    gpusAtLoad: z
      .array(z.strictObject({ factor: z.number(), gpus: z.int().nullable() }))
      .meta({ description: 'GPUs needed when the load is so many times the asked one; null: more than maxGpus' }),
  })
  .meta({ id: 'CapacityRow' });

/** The answer with its reasons: the choice, the runner-up, and the table across profiles. */
export const capacityAnswer = z
  .strictObject({
    schema: z.literal('foresail.capacity/1'),
    slo: sloAnswer,
    loadFactor: z.number(),
    load: z.strictObject({
      requests: z.number(),
      meanRate: z.number(),
      peakRate: z.number().meta({ description: 'Requests per second in the busiest minute' }),
    }),
    best: option.nullable().meta({ description: 'Least cost, then fewest GPUs, over the profiles' }),
    runnerUp: option.nullable().meta({ description: 'The next best profile or split' }),
    reason: z.string().meta({ description: 'One sentence' }),
    profiles: z.array(row),
  })
  .meta({ id: 'CapacityAnswer' });
