import { z } from 'zod';
import { forecasterName, LIMITS, positiveSeconds, seed, traffic } from './common.js';

/** What will arrive after the end of the chosen part of a trace. */
export const forecastQuestion = z
  .strictObject({
    traffic,
    target: z.enum(['requests', 'promptTokens', 'outputTokens', 'meanTokens']).default('requests'),
    binSeconds: positiveSeconds('Width of a bin').min(1).max(86400).default(600),
    steps: z.int().min(1).max(LIMITS.forecastSteps).default(24).meta({ description: 'Bins ahead' }),
    model: forecasterName.default('ensemble'),
    seed,
  })
  .meta({ id: 'ForecastQuestion' });

const step = z.strictObject({
  atSeconds: z.number().meta({ description: 'Start of the bin, seconds from startEpochSeconds (or of the trace)' }),
  mean: z.number(),
  p50: z.number(),
  p80: z.number(),
  p90: z.number(),
  p95: z.number(),
  p99: z.number(),
});

/** The forecast with its band, and the bins before it. */
export const forecastAnswer = z
  .strictObject({
    schema: z.literal('foresail.forecast/1'),
    startEpochSeconds: z
      .number()
      .nullable()
      .meta({ description: 'Unix time of second 0; null: the trace has no dates' }),
    originSeconds: z.number().meta({ description: 'End of the last known bin' }),
    binSeconds: z.number(),
    target: z.string(),
    model: z.string(),
    loadFactor: z.number().meta({ description: 'What the load of the trace was multiplied by' }),
    history: z
      .array(z.strictObject({ atSeconds: z.number(), value: z.number().nullable() }))
      .meta({ description: 'The last bins before the origin; null where missing' }),
    steps: z.array(step),
  })
  .meta({ id: 'ForecastAnswer' });
