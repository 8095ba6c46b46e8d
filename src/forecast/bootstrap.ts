import { quantileOfSorted, type Random } from '../base/index.js';

/** The middle nineteen twentieths of what a measure could have come out as; null where it is not defined. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Intervals of the measures of one backtest. */
export interface MeasureIntervals {
  readonly nmae: Interval | null;
  readonly nmse: Interval | null;
  readonly bias: Interval | null;
  readonly p90Coverage: Interval | null;
  readonly p90Pinball: Interval | null;
}

/** Forecasts against what came, row by row; NaN where there was none. */
export interface ScoredRows {
  readonly actual: ArrayLike<number>;
  readonly mean: ArrayLike<number>;
  readonly p90: ArrayLike<number>;
}

const RESAMPLES = 1000;
const COVER = [0.025, 0.975] as const;

/** Length of a block: the root of the number of rows, so that blocks grow with the series and their number too. */
export function blockLength(rows: number): number {
  return Math.max(1, Math.round(Math.sqrt(rows)));
}

/**
 * 95 % intervals by a circular block bootstrap: blocks of consecutive rows are drawn with replacement until there are as many rows as
 * there were, so that errors which follow each other stay together.
 *
 * @source D. Politis and J. Romano, A circular block-resampling procedure for stationary data (1992)
 */
export function measureIntervals(rows: ScoredRows, random: Random): MeasureIntervals {
  const sums = runningSums(rows);
  const nothing = { nmae: null, nmse: null, bias: null, p90Coverage: null, p90Pinball: null };
  if (sums.rows < 2) return nothing;
  const draws = resample(sums, random);
  const interval = (measure: (sum: Float64Array) => number): Interval | null => intervalOf(draws.map(measure));
  return {
    nmae: interval((sum) => sum[SUM.absoluteError]! / sum[SUM.absolute]!),
    nmse: interval((sum) => sum[SUM.squaredError]! / deviationOf(sum, sums.rows)),
    bias: interval((sum) => sum[SUM.error]! / sum[SUM.absolute]!),
    p90Coverage: interval((sum) => sum[SUM.covered]! / sums.rows),
    p90Pinball: interval((sum) => sum[SUM.pinball]! / sum[SUM.absolute]!),
  };
}

/**
 * 95 % interval of one model's summed squared error over another's on the same resampled rows: wholly below 1, and the first is surely
 * better on this series; null where the other has no error.
 */
export function errorRatioInterval(
  actual: ArrayLike<number>,
  mean: ArrayLike<number>,
  otherMean: ArrayLike<number>,
  random: Random,
): Interval | null {
  const both = Array.from(mean, (value, row) => (Number.isNaN(otherMean[row]!) ? NaN : value));
  const other = Array.from(otherMean, (value, row) => (Number.isNaN(mean[row]!) ? NaN : value));
  const own = runningSums({ actual, mean: both, p90: both });
  const rival = runningSums({ actual, mean: other, p90: other });
  if (own.rows < 2) return null;
  const starts = blockStarts(own.rows, random);
  const ratios = starts.map(
    (blocks) => sumOver(own, blocks)[SUM.squaredError]! / sumOver(rival, blocks)[SUM.squaredError]!,
  );
  return intervalOf(ratios);
}

/** What is summed over rows; values count from their own mean (`shifted`), or large ones would drown their spread. */
const SUM = {
  absoluteError: 0,
  squaredError: 1,
  error: 2,
  absolute: 3,
  shifted: 4,
  shiftedSquared: 5,
  covered: 6,
  pinball: 7,
} as const;
const SUMS = 8;

interface RunningSums {
  readonly rows: number;
  /** [rows + 1][SUMS] row-major: sums over the rows before. */
  readonly before: Float64Array;
}

function runningSums({ actual, mean, p90 }: ScoredRows): RunningSums {
  const scored: number[] = [];
  let centre = 0;
  for (let row = 0; row < actual.length; row++) {
    if (Number.isNaN(actual[row]! + mean[row]!)) continue;
    scored.push(row);
    centre += (actual[row]! - centre) / scored.length;
  }
  const before = new Float64Array((scored.length + 1) * SUMS);
  scored.forEach((row, i) => {
    const value = actual[row]!;
    const error = mean[row]! - value;
    const above = value - p90[row]!;
    const terms = [Math.abs(error), error * error, error, Math.abs(value), value - centre, (value - centre) ** 2];
    terms.push(above <= 0 ? 1 : 0, Math.max(0.9 * above, -0.1 * above));
    terms.forEach((term, k) => (before[(i + 1) * SUMS + k] = before[i * SUMS + k]! + term));
  });
  return { rows: scored.length, before };
}

function resample(sums: RunningSums, random: Random): Float64Array[] {
  return blockStarts(sums.rows, random).map((starts) => sumOver(sums, starts));
}

/** For each resample where its blocks start; the last one is cut so that the rows are as many as there were. */
function blockStarts(rows: number, random: Random): Int32Array[] {
  const blocks = Math.ceil(rows / blockLength(rows));
  return Array.from({ length: RESAMPLES }, () =>
    Int32Array.from({ length: blocks }, () => Math.floor(random() * rows)),
  );
}

function sumOver({ rows, before }: RunningSums, starts: Int32Array): Float64Array {
  const sum = new Float64Array(SUMS);
  const length = blockLength(rows);
  let left = rows;
  for (const start of starts) {
    const end = start + Math.min(length, left);
    left -= end - start;
    addRange(sum, before, start, Math.min(end, rows));
    if (end > rows) addRange(sum, before, 0, end - rows);
  }
  return sum;
}

function addRange(sum: Float64Array, before: Float64Array, from: number, to: number): void {
  for (let k = 0; k < SUMS; k++) sum[k]! += before[to * SUMS + k]! - before[from * SUMS + k]!;
}

function deviationOf(sum: Float64Array, rows: number): number {
  return sum[SUM.shiftedSquared]! - sum[SUM.shifted]! ** 2 / rows;
}

function intervalOf(values: number[]): Interval | null {
  if (!values.every(Number.isFinite)) return null;
  const sorted = Float64Array.from(values).sort();
  return { low: quantileOfSorted(sorted, COVER[0]), high: quantileOfSorted(sorted, COVER[1]) };
}
