import { InputError } from '../base/index.js';

/** An even grid in time and the bin of each row on it. */
export interface Grid {
  readonly binSeconds: number;
  readonly bins: number;
  /** Bin of each row, from 0, rising. */
  readonly binOf: Uint32Array;
}

const MOST_BINS = 20_000_000;

/** Rows may be off the grid by this share of a bin: times written with a few decimals. */
const TOLERANCE = 1e-3;

/**
 * The grid on which rows lie: its bin is the most common gap between neighbours, of equally common ones the smallest.
 *
 * @param times seconds
 * @param lines line of each row, for messages
 * @throws InputError when there are fewer than two rows, times do not rise, or a row lies off the grid
 */
export function gridOf(times: readonly number[], lines: readonly number[], path: string): Grid {
  if (times.length < 2) throw new InputError(`${path}: needs at least two rows to tell its bin, got ${times.length}`);
  const binSeconds = commonGap(times, lines, path);
  const first = times[0]!;
  const binOf = Uint32Array.from(times, (time, row) => {
    const position = (time - first) / binSeconds;
    const bin = Math.round(position);
    if (Math.abs(position - bin) > TOLERANCE)
      throw new InputError(
        `${path}:${lines[row]!}: time must be a whole number of bins of ${binSeconds} s after the first row, got ${time - first} s`,
      );
    if (bin >= MOST_BINS)
      throw new InputError(`${path}:${lines[row]!}: lies more than ${MOST_BINS} bins after the first row`);
    return bin;
  });
  return { binSeconds, bins: binOf.at(-1)! + 1, binOf };
}

function commonGap(times: readonly number[], lines: readonly number[], path: string): number {
  const counts = new Map<number, number>();
  for (let row = 1; row < times.length; row++) {
    const gap = Math.round((times[row]! - times[row - 1]!) * 1e6) / 1e6;
    if (!(gap > 0))
      throw new InputError(`${path}:${lines[row]!}: times must rise from row to row, got a step of ${gap} s`);
    counts.set(gap, (counts.get(gap) ?? 0) + 1);
  }
  const gaps = [...counts].sort(([gapA, countA], [gapB, countB]) => countB - countA || gapA - gapB);
  return gaps[0]![0];
}
