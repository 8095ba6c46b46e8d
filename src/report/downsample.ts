/** A series in coarser buckets; NaN where a whole bucket is missing. */
export interface Downsampled {
  /** Bins of the original per bucket; 1 when nothing was joined. */
  readonly factor: number;
  readonly mean: number[];
  readonly low: number[];
  readonly high: number[];
}

const ROUND_FACTORS = [1, 2, 3, 5, 10, 15, 20, 30, 60, 120, 180, 240, 360, 720, 1440];

/**
 * Joins neighbouring bins until at most `most` buckets are left: mean, smallest and largest of each bucket's known values.
 * The last bucket may hold fewer bins.
 *
 * @param values NaN = missing, skipped within a bucket
 */
export function downsample(values: ArrayLike<number>, most: number): Downsampled {
  const needed = Math.max(1, Math.ceil(values.length / most));
  const factor = ROUND_FACTORS.find((round) => round >= needed) ?? needed;
  const mean: number[] = [];
  const low: number[] = [];
  const high: number[] = [];
  for (let start = 0; start < values.length; start += factor) {
    const known = Array.from({ length: Math.min(factor, values.length - start) }, (_, i) => values[start + i]!).filter(
      (value) => !Number.isNaN(value),
    );
    mean.push(known.length === 0 ? NaN : known.reduce((sum, value) => sum + value, 0) / known.length);
    low.push(known.length === 0 ? NaN : Math.min(...known));
    high.push(known.length === 0 ? NaN : Math.max(...known));
  }
  return { factor, mean, low, high };
}

/** Smallest and largest known value, or null when every value is missing. */
export function rangeOf(values: ArrayLike<number>): { low: number; high: number } | null {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? { low, high } : null;
}

/**
 * The points at which a step line changes, and its end: what a step curve needs and no more.
 *
 * @returns [index, value] pairs; the last is one past the last bin
 */
export function stepPoints(values: ArrayLike<number>): [index: number, value: number][] {
  const points: [number, number][] = [];
  for (let i = 0; i < values.length; i++) {
    if (i === 0 || !Object.is(values[i], values[i - 1])) points.push([i, values[i]!]);
  }
  if (values.length > 0) points.push([values.length, values[values.length - 1]!]);
  return points;
}
