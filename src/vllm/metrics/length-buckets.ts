import type { LengthHistogram } from '../../load/index.js';

/**
 * Cumulative counts by their upper bound, `le` as Prometheus writes it, as a histogram; what is no bound or no count is left out.
 *
 * @returns null when nothing is counted
 */
export function histogramOf(
  upTo: readonly (readonly [le: string, count: number])[],
  sum: number | null,
): LengthHistogram | null {
  const sorted = upTo
    .map(([le, count]) => ({ bound: le === '+Inf' ? Infinity : Number(le === '' ? NaN : le), count }))
    .filter(({ bound, count }) => !Number.isNaN(bound) && Number.isFinite(count))
    .sort((a, b) => a.bound - b.bound);
  let before = 0;
  const counts = sorted.map(({ count }) => {
    const own = Math.max(0, count - before);
    before = Math.max(before, count);
    return own;
  });
  return before > 0 ? { bounds: sorted.map(({ bound }) => bound), counts, sum } : null;
}
