import { binOf, cutColumn, type ColumnCuts } from './bin-cuts.js';
import { columnOf, type FeatureTable } from './feature-table.js';

/**
 * A feature table as bin numbers, four columns to a word: column c of row r is byte c % 4 (lowest first) of
 * `words[r * wordsPerRow + (c >> 2)]`. Missing values are in bin `valueBins[c]`, after the known ones.
 */
export interface BinnedTable {
  readonly rows: number;
  readonly columns: number;
  readonly wordsPerRow: number;
  readonly words: Uint32Array;
  /** Bins of known values of each column. */
  readonly valueBins: Int32Array;
  readonly cuts: readonly ColumnCuts[];
  /** Slots that each column has in a histogram: a power of two, at least its bins. */
  readonly width: number;
}

/** Puts every value of a table into its column's bin. */
export function binTable(table: FeatureTable, maxBins: number): BinnedTable {
  const wordsPerRow = (table.columns + 3) >> 2;
  const words = new Uint32Array(table.rows * wordsPerRow);
  const cuts: ColumnCuts[] = [];
  for (let column = 0; column < table.columns; column++) {
    const values = columnOf(table, column);
    const known = values.slice().sort();
    // NaN sorts last.
    const knownCount = firstMissing(known);
    const own = cutColumn(known.subarray(0, knownCount), table.rows, maxBins);
    cuts.push(own);
    writeBins(values, own.cuts, words, wordsPerRow, column);
  }
  return { rows: table.rows, columns: table.columns, wordsPerRow, words, ...binCounts(cuts), cuts };
}

function binCounts(cuts: readonly ColumnCuts[]): { valueBins: Int32Array; width: number } {
  const valueBins = Int32Array.from(cuts, (own) => own.cuts.length + 1);
  const most = cuts.reduce((sum, own, column) => Math.max(sum, valueBins[column]! + (own.hasMissing ? 1 : 0)), 1);
  return { valueBins, width: 2 ** Math.ceil(Math.log2(most)) };
}

function firstMissing(sorted: Float32Array): number {
  let end = sorted.length;
  while (end > 0 && Number.isNaN(sorted[end - 1]!)) end--;
  return end;
}

function writeBins(values: Float32Array, cuts: Float32Array, words: Uint32Array, stride: number, column: number): void {
  const shift = (column & 3) * 8;
  for (let row = 0, at = column >> 2; row < values.length; row++, at += stride) {
    const value = values[row]!;
    const bin = Number.isNaN(value) ? cuts.length + 1 : binOf(cuts, value);
    words[at] = words[at]! | (bin << shift);
  }
}

/** The table with only some of its columns, in the order given. */
export function pickColumns(table: BinnedTable, columns: ArrayLike<number>): BinnedTable {
  const wordsPerRow = (columns.length + 3) >> 2;
  const words = new Uint32Array(table.rows * wordsPerRow);
  for (let to = 0; to < columns.length; to++) copyColumn(table, columns[to]!, words, wordsPerRow, to);
  const cuts = Array.from(columns, (column) => table.cuts[column]!);
  const valueBins = Int32Array.from(columns, (column) => table.valueBins[column]!);
  return { rows: table.rows, columns: columns.length, wordsPerRow, words, valueBins, cuts, width: table.width };
}

function copyColumn(table: BinnedTable, from: number, words: Uint32Array, stride: number, to: number): void {
  const source = table.words;
  const step = table.wordsPerRow;
  const down = (from & 3) * 8;
  const up = (to & 3) * 8;
  for (let row = 0, at = to >> 2, read = from >> 2; row < table.rows; row++, at += stride, read += step)
    words[at] = words[at]! | (((source[read]! >>> down) & 255) << up);
}
