import { z } from 'zod';
import { counts, countsAnswer, profile, scheduler, seed, share, slo, sloAnswer, summary, traffic } from './common.js';

/** How a fixed deployment serves the traffic. */
export const simulateQuestion = z
  .strictObject({ traffic, profile, counts, slo, scheduler, seed })
  .meta({ id: 'SimulateQuestion' });

/** Latency, attainment and GPU time. */
export const simulateAnswer = z
  .strictObject({
    schema: z.literal('foresail.simulate/1'),
    profile: z.string(),
    deployment: countsAnswer,
    slo: sloAnswer,
    loadFactor: z.number(),
    requests: z.int(),
    finished: z.int(),
    failed: z.int().meta({ description: 'All that did not finish: failed in the trace, refused or never served' }),
    failedInTrace: z.int(),
    refused: z.int().meta({ description: 'Longer than the model or the cache takes' }),
    attainment: share,
    ttftSeconds: summary,
    tpotSeconds: summary,
    e2eSeconds: summary,
    gpuSeconds: z.number(),
    endSeconds: z.number(),
  })
  .meta({ id: 'SimulateAnswer' });
