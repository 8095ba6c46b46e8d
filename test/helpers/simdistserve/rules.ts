import type { Coefficients } from './reference-file.js';

/** Most prompt tokens of one prefill batch. */
export const MOST_PREFILL_TOKENS = 66144;

/** Largest sum of (context + 1) over one decode iteration. */
export const MOST_DECODE_TOKENS = 50000;

/** From this batch size on decode has its second set of coefficients. */
export const LARGE_BATCH = 95;

/** Milliseconds of one prefill batch of `tokens` prompt tokens, the squares of whose lengths sum to `squares`. */
export function prefillMs({ prefill: [a, b, c] }: Coefficients, tokens: number, squares: number): number {
  return a + b * tokens + c * squares + 1 + 2 + 0.0001 * tokens;
}

/** Milliseconds of one decode iteration of `batch` requests whose contexts sum to `context`. */
export function decodeMs(coefficients: Coefficients, batch: number, context: number): number {
  const c = batch >= LARGE_BATCH ? coefficients.decode_batch_from_95 : coefficients.decode_batch_below_95;
  return c[0] + c[1] * (context + batch) + c[2] * batch + 2 + 0.0001 * context;
}

/** By how much each further iteration of an unchanged batch is longer than the one before. */
export function decodeGrowthMs(coefficients: Coefficients, batch: number): number {
  const c = batch >= LARGE_BATCH ? coefficients.decode_batch_from_95 : coefficients.decode_batch_below_95;
  return (c[1] + 0.0001) * batch;
}
