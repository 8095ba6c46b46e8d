import { z } from 'zod';
import { traceId } from './common.js';

/** A trace that questions can name. */
export const traceEntry = z
  .strictObject({
    id: traceId,
    name: z.string(),
    builtIn: z.boolean(),
    requests: z.int(),
    failed: z.int(),
    badRows: z.int(),
    spanSeconds: z.number(),
    startEpochSeconds: z.number().nullable(),
    bytes: z.int().meta({ description: 'As kept, after unpacking' }),
    createdEpochSeconds: z.number().nullable(),
  })
  .meta({ id: 'TraceEntry' });

/** Every trace, the built-in one first. */
export const traceList = z.strictObject({ traces: z.array(traceEntry) }).meta({ id: 'TraceList' });

/** How an upload is to be read. */
export const uploadQuery = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(100)
    .regex(/^[^\p{C}]+$/u)
    .optional()
    .meta({ description: 'For people' }),
  skipBadRows: z
    .enum(['true', 'false'])
    .default('false')
    .meta({ description: 'Count bad rows instead of refusing the file' }),
});

/** A latency profile that questions can name. */
export const profileEntry = z
  .strictObject({
    name: z.string(),
    isDefault: z.boolean(),
    kvTokensCapacity: z.number(),
    maxModelTokens: z.number(),
    launchSeconds: z.strictObject({ median: z.number(), p90: z.number() }),
  })
  .meta({ id: 'ProfileEntry' });

/** Every profile. */
export const profileList = z
  .strictObject({ profiles: z.array(profileEntry), forecasters: z.array(z.string()) })
  .meta({ id: 'ProfileList' });
