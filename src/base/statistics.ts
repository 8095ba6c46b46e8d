/** Arithmetic mean; NaN when `values` is empty. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

/** Variance with divisor n - 1; NaN below two values. */
export function variance(values: ArrayLike<number>): number {
  const centre = mean(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i]! - centre) ** 2;
  return values.length < 2 ? NaN : sum / (values.length - 1);
}

/**
 * The quantile of sorted values by linear interpolation (type 7, as numpy's default); NaN when empty.
 *
 * @param sorted ascending, without NaN
 * @param level in [0, 1]
 */
export function quantileOfSorted(sorted: ArrayLike<number>, level: number): number {
  if (sorted.length === 0) return NaN;
  const position = level * (sorted.length - 1);
  const low = Math.floor(position);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low]! + (position - low) * (sorted[high]! - sorted[low]!);
}

/** What a latency column looks like: `{mean, p50, p90, p99}`; NaN values are left out, and all are null when none is left. */
export interface Summary {
  mean: number | null;
  p50: number | null;
  p90: number | null;
  p99: number | null;
}

/** Mean and percentiles of the values that are not NaN. */
export function summarise(values: ArrayLike<number>): Summary {
  const sorted = withoutNaN(values).sort();
  if (sorted.length === 0) return { mean: null, p50: null, p90: null, p99: null };
  return {
    mean: mean(sorted),
    p50: quantileOfSorted(sorted, 0.5),
    p90: quantileOfSorted(sorted, 0.9),
    p99: quantileOfSorted(sorted, 0.99),
  };
}

function withoutNaN(values: ArrayLike<number>): Float64Array {
  const kept = new Float64Array(values.length);
  let count = 0;
  for (let i = 0; i < values.length; i++) if (!Number.isNaN(values[i]!)) kept[count++] = values[i]!;
  return kept.subarray(0, count);
}
