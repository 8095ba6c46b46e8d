import { z } from 'zod';
import { InputError, parseDuration } from '../base/index.js';

/** Bounds that a request must meet, each in seconds and each optional, and the share of requests that must meet them all. */
export interface Slo {
  /** Arrival to first token. */
  readonly ttft?: number | undefined;
  /** (Last - first token) / (output tokens - 1). A response of one token has none and meets it. */
  readonly tpot?: number | undefined;
  /** Arrival to last token. */
  readonly e2e?: number | undefined;
  /** Share of attempted requests in (0, 1]; 0.9 unless said. */
  readonly attainment: number;
}

/** The share of requests that must meet an SLO unless it says otherwise. */
export const DEFAULT_ATTAINMENT = 0.9;

/** A time above 0 as users write it (`2s`, `50ms`; a bare number is seconds). */
const duration = z.union([z.number(), z.string()]).transform((value, context) => {
  try {
    return parseDuration(String(value));
  } catch {
    context.addIssue({ code: 'custom', message: `must be a time above 0 such as 2s or 50ms, got "${value}"` });
    return z.NEVER;
  }
});

/** Each bound optional, at least one of them. */
export const sloSchema = z
  .strictObject({
    ttft: duration.optional(),
    tpot: duration.optional(),
    e2e: duration.optional(),
    attainment: z.coerce
      .number('must be a share above 0 and at most 1')
      .gt(0, 'must be above 0')
      .max(1, 'must be at most 1')
      .default(DEFAULT_ATTAINMENT),
  })
  .refine(({ ttft, tpot, e2e }) => (ttft ?? tpot ?? e2e) !== undefined, 'needs at least one of ttft, tpot and e2e');

/**
 * Reads an SLO as the command line takes it.
 *
 * @throws InputError naming the part at fault
 * @example parseSlo('ttft=2s,tpot=50ms') // => { ttft: 2, tpot: 0.05, attainment: 0.9 }
 */
export function parseSlo(text: string): Slo {
  const parts: Record<string, string> = {};
  for (const part of text.split(',')) {
    const [name = '', value, ...rest] = part.split('=').map((piece) => piece.trim());
    if (!value || rest.length > 0)
      throw new InputError(`slo must be bounds such as ttft=2s,tpot=50ms,attainment=0.9, got "${text}"`);
    if (name in parts) throw new InputError(`slo: ${name} is given twice in "${text}"`);
    parts[name] = value;
  }
  return checkSlo(parts, 'slo');
}

/**
 * Checks an SLO that came from outside as an object.
 *
 * @param where names its source in messages
 * @throws InputError naming the field at fault
 */
export function checkSlo(value: unknown, where: string): Slo {
  const read = sloSchema.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new InputError(`${[where, ...issue!.path].join('.')}: ${issue!.message}`);
}
