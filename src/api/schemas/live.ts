import { z } from 'zod';
import { countsAnswer } from './common.js';

/** The trace by whose name questions are about the running service. */
export const LIVE_TRACE = 'live';

const reading = (description: string): z.ZodNullable<z.ZodNumber> => z.number().nullable().meta({ description });

/** The running service now; what is not known is null. */
export const liveAnswer = z
  .strictObject({
    model: z.string().meta({ description: 'The label model_name of its metrics' }),
    atEpochSeconds: z.number(),
    newestSampleEpochSeconds: reading('When its newest sample was taken'),
    ttftSeconds: reading('Mean time to the first token over the last minute'),
    tpotSeconds: reading('Mean time per output token over the last minute'),
    pools: z.array(
      z.strictObject({
        role: z.enum(['serve', 'prefill', 'decode']),
        waiting: reading('Requests that wait'),
        running: reading('Requests in the running batches'),
        kvUse: reading('Mean share of the KV cache in use'),
      }),
    ),
    present: countsAnswer.nullable().meta({ description: 'Pods that report, by role' }),
  })
  .meta({ id: 'LiveAnswer' });

/** The running service now. */
export type LiveAnswer = z.infer<typeof liveAnswer>;
