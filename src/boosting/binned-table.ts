import { cutColumn, type ColumnCuts } from './bin-cuts.js';
import { columnOf, type FeatureTable } from './feature-table.js';
import { COLUMNS_AT_ONCE, type Slots } from './histogram.js';
import { openColumnSorter } from './sort-column.js';

/**
 * A feature table as bin numbers, twice: by column for parting rows, and by row for histograms. Missing values are in bin
 * `valueBins[c]`, after the known ones.
 */
export interface BinnedTable {
  readonly rows: number;
  readonly columns: number;
  /** Per column, the bin of each row. */
  readonly byColumn: readonly Uint8Array[];
  /**
   * [rows x wordsPerRow], four columns to a word: column c of row r is byte c % 4 (lowest first) of
   * `words[r * wordsPerRow + (c >> 2)]`. Columns that pad the last words are all in bin 0.
   */
  readonly words: Uint32Array;
  readonly wordsPerRow: number;
  /** Bins of known values of each column. */
  readonly valueBins: Int32Array;
  /** Slots of each column in a histogram: enough for its bins, the one for missing values included. */
  readonly slots: Slots;
  readonly cuts: readonly ColumnCuts[];
}

/** Puts every value of a table into its column's bin. */
export function binTable(table: FeatureTable, maxBins: number): BinnedTable {
  const sorter = openColumnSorter(table.rows);
  const sorted = new Float32Array(table.rows);
  const cuts: ColumnCuts[] = [];
  const byColumn: Uint8Array[] = [];
  for (let column = 0; column < table.columns; column++) {
    const values = columnOf(table, column);
    const order = sorter.rowsOf(values);
    for (let i = 0; i < order.length; i++) sorted[i] = values[order[i]!]!;
    const known = sorted.subarray(0, order.length);
    const own = cutColumn(known, table.rows, maxBins);
    cuts.push(own);
    byColumn.push(binsOf(known, order, own.cuts, table.rows));
  }
  const fits64 = cuts.every((own) => own.cuts.length + 1 + Number(own.hasMissing) <= 64);
  return joinColumns(table.rows, byColumn, cuts, fits64 ? 64 : 256);
}

/** Bins of a column given its known values in ascending order and the rows they are at. */
function binsOf(known: Float32Array, order: Int32Array, cuts: Float32Array, rows: number): Uint8Array {
  const bins = new Uint8Array(rows);
  if (known.length < rows) bins.fill(cuts.length + 1);
  let bin = 0;
  for (let i = 0; i < known.length; i++) {
    while (bin < cuts.length && cuts[bin]! <= known[i]!) bin++;
    bins[order[i]!] = bin;
  }
  return bins;
}

/** The table with only some of its columns, in the order given, and as many slots as before. */
export function pickColumns(table: BinnedTable, columns: Int32Array): BinnedTable {
  const byColumn = Array.from(columns, (column) => table.byColumn[column]!);
  const cuts = Array.from(columns, (column) => table.cuts[column]!);
  return joinColumns(table.rows, byColumn, cuts, table.slots);
}

function joinColumns(
  rows: number,
  byColumn: readonly Uint8Array[],
  cuts: readonly ColumnCuts[],
  slots: Slots,
): BinnedTable {
  const columns = byColumn.length;
  const wordsPerRow = (Math.ceil(columns / COLUMNS_AT_ONCE) * COLUMNS_AT_ONCE) / 4;
  const words = new Uint32Array(rows * wordsPerRow);
  const none = new Uint8Array(rows);
  for (let column = 0; column < columns; column += 4) {
    const [a, b = none, c = none, d = none] = byColumn.slice(column, column + 4);
    for (let row = 0, at = column >> 2; row < rows; row++, at += wordsPerRow)
      words[at] = a![row]! | (b[row]! << 8) | (c[row]! << 16) | (d[row]! << 24);
  }
  const valueBins = Int32Array.from(cuts, (own) => own.cuts.length + 1);
  return { rows, columns, byColumn, words, wordsPerRow, valueBins, slots, cuts };
}
