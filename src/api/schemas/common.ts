import { z } from 'zod';
import { FORECASTER_NAMES } from '../../forecast/index.js';
import { DEFAULT_PROFILE, DEFAULT_SCHEDULER, profileNames } from '../../serving/index.js';

/** Sizes that the service takes at most, so that no request can hold it up for long. */
export const LIMITS = {
  gpus: 64,
  planGpus: 32,
  contestGpus: 16,
  planSteps: 120,
  forecastSteps: 1000,
  unitRequests: 50_000,
  simulatedRequests: 2_000_000,
  seconds: 366 * 86400,
  contestSeconds: 6 * 3600,
  rate: 100_000,
  profiles: 8,
} as const;

const seconds = (description: string): z.ZodNumber => z.number().min(0).max(LIMITS.seconds).meta({ description });

/** The profile of questions that name none. */
export const DEFAULT_PROFILE_NAME = DEFAULT_PROFILE;

/** A time above 0. */
export const positiveSeconds = (description: string): z.ZodNumber =>
  z.number().min(0.0001).max(LIMITS.seconds).meta({ description });

/** A number of GPUs or instances. */
export const instanceCount = z.int().min(1).max(LIMITS.gpus);

/** Seeds everything random: the same question with the same seed has the same answer. */
export const seed = z
  .int()
  .min(0)
  .max(2 ** 31)
  .default(1)
  .meta({ description: 'Seed of everything random' });

/** A trace by its name in the service, never a path. */
export const traceId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/)
  .meta({
    description: 'A trace of GET /v1/traces, or live for the running service (forecast and plan)',
    example: 'modelled-week',
  });

/** A shipped latency profile. */
export const profileName = z.enum(profileNames() as [string, ...string[]]).meta({
  id: 'ProfileName',
  description: 'A latency profile of model and GPU, of GET /v1/profiles',
});

/** A forecaster. */
export const forecasterName = z.enum(FORECASTER_NAMES as [string, ...string[]]).meta({ id: 'ForecasterName' });

const sloBounds = {
  ttftSeconds: positiveSeconds('Bound of the time to first token').optional(),
  tpotSeconds: positiveSeconds('Bound of the time per output token').optional(),
  e2eSeconds: positiveSeconds('Bound of the time to the last token').optional(),
};

/** Bounds of latency, at least one, and the share of requests that must meet them. */
export const slo = z
  .strictObject({
    ...sloBounds,
    attainment: z
      .number()
      .min(0.01)
      .max(1)
      .default(0.9)
      .meta({ description: 'Share of requests that must meet every bound' }),
  })
  .refine(
    ({ ttftSeconds, tpotSeconds, e2eSeconds }) => (ttftSeconds ?? tpotSeconds ?? e2eSeconds) !== undefined,
    'needs at least one of ttftSeconds, tpotSeconds and e2eSeconds',
  )
  .meta({ id: 'Slo', example: { ttftSeconds: 1, tpotSeconds: 0.05, attainment: 0.9 } });

/** Instances by role: `serve`, or `prefill` and `decode`; one GPU each. */
export const counts = z
  .strictObject({
    serve: instanceCount.exactOptional().meta({ description: 'Colocated instances, which do prefill and decode' }),
    prefill: instanceCount.exactOptional(),
    decode: instanceCount.exactOptional(),
  })
  .refine(
    ({ serve, prefill, decode }) =>
      serve === undefined ? prefill !== undefined && decode !== undefined : (prefill ?? decode) === undefined,
    'needs either serve, or prefill and decode',
  )
  .meta({ id: 'Counts', example: { prefill: 2, decode: 4 } });

/** Which requests arrive: a trace or a part of it, load-scaled (time is kept, counts are multiplied). */
export const traffic = z
  .strictObject({
    trace: traceId.default('modelled-week'),
    fromSeconds: seconds('Start of the part that is used, from the start of the trace').optional(),
    forSeconds: positiveSeconds('Length of that part; default: to the end').optional(),
    meanRate: z
      .number()
      .min(0.0001)
      .max(LIMITS.rate)
      .optional()
      .meta({ description: 'Scale the load to this mean rate over the part, requests per second' }),
    factor: z
      .number()
      .min(0.0001)
      .max(LIMITS.rate)
      .optional()
      .meta({ description: 'Scale the load by this factor; give meanRate or factor' }),
    growth: z.number().min(0.01).max(1000).default(1).meta({
      description: 'The load grows by this factor on top',
      example: 3,
    }),
  })
  .refine(({ meanRate, factor }) => meanRate === undefined || factor === undefined, 'give meanRate or factor, not both')
  .prefault({})
  .meta({ id: 'Traffic' });

/** How instances serve; every field has a default. */
export const scheduler = z
  .strictObject({
    firstToken: z
      .enum(['decode', 'prefill'])
      .default('decode')
      .meta({ description: 'Pool that makes the first token' }),
    routing: z.enum(['least-loaded', 'shortest-queue', 'round-robin']).default('least-loaded'),
    maxSeqs: z
      .int()
      .min(1)
      .max(4096)
      .default(DEFAULT_SCHEDULER.maxSeqs)
      .meta({ description: 'Most requests in a batch' }),
    tokenBudget: z
      .int()
      .min(1)
      .max(1_048_576)
      .default(DEFAULT_SCHEDULER.tokenBudget)
      .meta({ description: 'Most tokens in a step' }),
  })
  .refine(({ maxSeqs, tokenBudget }) => tokenBudget >= maxSeqs, 'tokenBudget must be at least maxSeqs')
  .prefault({})
  .meta({ id: 'Scheduler' });

/** The profile that questions use unless they say another. */
export const profile = profileName.default(DEFAULT_PROFILE);

/** Mean and percentiles; null without values. */
export const summary = z
  .strictObject({
    mean: z.number().nullable(),
    p50: z.number().nullable(),
    p90: z.number().nullable(),
    p99: z.number().nullable(),
  })
  .meta({ id: 'Summary' });

/** A share in [0, 1]; null where nothing was attempted. */
export const share = z.number().min(0).max(1).nullable();

/** What a deployment is in answers: a role that is not used is left out. */
export const countsAnswer = z
  .strictObject({
    serve: z.int().exactOptional(),
    prefill: z.int().exactOptional(),
    decode: z.int().exactOptional(),
  })
  .meta({ id: 'CountsAnswer' });

/** The SLO as the question gave it, with its default. */
export const sloAnswer = z.strictObject({ ...sloBounds, attainment: z.number() }).meta({ id: 'SloAnswer' });
