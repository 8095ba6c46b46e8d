/** How one column's values fall into bins: bin b holds the values from `cuts[b - 1]` up to, not including, `cuts[b]`. */
export interface ColumnCuts {
  /** Ascending, one fewer than the bins of known values. */
  readonly cuts: Float32Array;
  /** A threshold above every known value, for the split of known from missing ones; NaN where float32 has none. */
  readonly top: number;
  readonly hasMissing: boolean;
}

const LARGEST = Math.fround(3.4028234663852886e38);

/**
 * Cuts of one column. With at most `maxBins` distinct values each has its own bin; else bins hold about equally many rows, and a value
 * that fills more than that alone has its own. A column with missing values has one bin fewer for the known ones.
 *
 * @param sorted the column's known values, ascending
 * @param rows number of rows, missing ones included
 */
export function cutColumn(sorted: Float32Array, rows: number, maxBins: number): ColumnCuts {
  const hasMissing = sorted.length < rows;
  const bins = hasMissing ? maxBins - 1 : maxBins;
  const largest = sorted.length > 0 ? sorted[sorted.length - 1]! : 0;
  return { cuts: cutsBetween(sorted, bins), top: cutAbove(largest), hasMissing };
}

function cutsBetween(sorted: Float32Array, bins: number): Float32Array {
  const target = countDistinct(sorted, bins) <= bins ? 1 : 0;
  const cuts: number[] = [];
  let inBin = 0;
  let wanted = target || sorted.length / bins;
  for (let i = 0; i < sorted.length && cuts.length < bins - 1;) {
    const end = endOfRun(sorted, i);
    inBin += end - i;
    if (end === sorted.length) break;
    const nextRun = target ? 0 : endOfRun(sorted, end) - end;
    if (inBin >= wanted || nextRun >= wanted) {
      cuts.push(cutBetween(sorted[i]!, sorted[end]!));
      inBin = 0;
      wanted = target || (sorted.length - end) / (bins - cuts.length);
    }
    i = end;
  }
  return Float32Array.from(cuts);
}

/** Distinct values, counted up to one more than `most`. */
function countDistinct(sorted: Float32Array, most: number): number {
  let count = 0;
  for (let i = 0; i < sorted.length && count <= most; i = endOfRun(sorted, i)) count++;
  return count;
}

function endOfRun(sorted: Float32Array, begin: number): number {
  const value = sorted[begin]!;
  let end = begin + 1;
  while (end < sorted.length && sorted[end] === value) end++;
  return end;
}

/** The float32 midpoint of two neighbours, or the upper one where no float32 lies between; `x < cut` parts them. */
function cutBetween(lower: number, upper: number): number {
  if (upper === Infinity && lower < LARGEST) return LARGEST;
  const middle = Math.fround(Math.fround(lower + upper) * 0.5);
  return middle > lower && middle <= upper ? middle : upper;
}

function cutAbove(largest: number): number {
  const above = Math.min(LARGEST, Math.fround(largest + Math.fround(Math.abs(largest) + Math.fround(1e-6))));
  return largest < above ? above : NaN;
}
