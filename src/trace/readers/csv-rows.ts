import { InputError } from '../../base/index.js';

/**
 * One row of a CSV file, as places in its bytes. The scanner uses one such object for all rows: take what you need
 * before you return. A quoted cell is given without its outer quotes.
 */
export interface CsvRow {
  bytes: Buffer;
  /** Place of each cell's first byte. */
  readonly starts: Int32Array;
  /** Place after each cell's last byte. */
  readonly ends: Int32Array;
  /** Number of cells; 0 for a blank line that is not at the end of the file. */
  cells: number;
  /** Number of the line on which the row starts, from 1. */
  line: number;
  /** Lines that the row covers: more than 1 where a quoted cell holds line ends. */
  lines: number;
  /** Whether any cell was quoted. */
  quoted: boolean;
}

const LF = 10;
const CR = 13;
const QUOTE = 34;
const COMMA = 44;

/** A longer row is no table; it also bounds what is held in memory. */
const MOST_ROW_BYTES = 1 << 20;
const MOST_CELLS = 4096;

/** What `splitRow` answers when the row goes on past the bytes at hand. */
const UNFINISHED = -1;

/**
 * Hands every row of a CSV file to `onRow`, in order, from chunks that may be cut anywhere. LF and CRLF line ends, quoted
 * cells, a byte order mark, and a last line without line end are understood. Blank lines at the end are left out; a blank
 * line between rows comes as a row of 0 cells.
 *
 * @param path for messages
 * @throws InputError when a row is longer than 1 MiB, has more than 4096 cells, or a quote is not closed
 */
export async function scanRows(
  chunks: AsyncIterable<Buffer>,
  path: string,
  onRow: (row: CsvRow) => void,
): Promise<void> {
  const row = emptyRow();
  const state = { line: 1, blankSince: 0 };
  let rest: Buffer = Buffer.alloc(0);
  let isStart = true;
  for await (const chunk of chunks) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    const skipped = isStart && bytes.length >= 3 ? lengthOfMark(bytes) : 0;
    if (bytes.length >= 3) isStart = false;
    rest = isStart ? bytes : bytes.subarray(scanChunk(bytes, skipped, row, state, path, onRow));
    if (rest.length > MOST_ROW_BYTES)
      throw new InputError(`${path}:${state.line}: a line is longer than 1 MiB, so this is not a CSV file`);
  }
  if (rest.length === 0) return;
  const bytes = Buffer.concat([rest, Buffer.of(LF)]);
  if (scanChunk(bytes, 0, row, state, path, onRow) < bytes.length)
    throw new InputError(`${path}:${state.line}: a quoted cell is never closed`);
}

function emptyRow(): CsvRow {
  return {
    bytes: Buffer.alloc(0),
    starts: new Int32Array(MOST_CELLS),
    ends: new Int32Array(MOST_CELLS),
    cells: 0,
    line: 0,
    lines: 1,
    quoted: false,
  };
}

function lengthOfMark(bytes: Buffer): number {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
}

/** Hands out all whole rows of `bytes` from `from` on; gives the place where the unfinished one starts. */
function scanChunk(
  bytes: Buffer,
  from: number,
  row: CsvRow,
  state: { line: number; blankSince: number },
  path: string,
  onRow: (row: CsvRow) => void,
): number {
  row.bytes = bytes;
  for (let at = from; ;) {
    row.line = state.line;
    const next = splitRow(bytes, at, row, path);
    if (next === UNFINISHED) return at;
    row.lines = row.quoted ? countLineEnds(bytes, at, next) : 1;
    if (row.cells === 1 && row.starts[0] === row.ends[0] && !row.quoted) {
      if (state.blankSince === 0) state.blankSince = state.line;
    } else {
      if (state.blankSince > 0) handBlankRows(row, state, onRow);
      onRow(row);
    }
    state.line += row.lines;
    at = next;
  }
}

/** Blank lines turned out to stand between rows: each comes as a row of 0 cells. */
function handBlankRows(row: CsvRow, state: { line: number; blankSince: number }, onRow: (row: CsvRow) => void): void {
  const { cells, lines } = row;
  row.cells = 0;
  row.lines = 1;
  for (row.line = state.blankSince; row.line < state.line; row.line++) onRow(row);
  row.cells = cells;
  row.lines = lines;
  row.line = state.line;
  state.blankSince = 0;
}

function countLineEnds(bytes: Buffer, from: number, to: number): number {
  let count = 0;
  for (let at = from; at < to; at++) if (bytes[at] === LF) count++;
  return count;
}

/** Splits the row that starts at `from`; gives the place after its line end, or `UNFINISHED`. */
function splitRow(bytes: Buffer, from: number, row: CsvRow, path: string): number {
  const { starts, ends } = row;
  const { length } = bytes;
  let cells = 0;
  row.quoted = false;
  for (let at = from; ; at++) {
    if (cells === MOST_CELLS) throw new InputError(`${path}:${row.line}: more than ${MOST_CELLS} cells in one row`);
    let start = at;
    let end: number;
    if (at < length && bytes[at] === QUOTE) {
      const close = closingQuote(bytes, at + 1);
      if (close === UNFINISHED) return UNFINISHED;
      row.quoted = true;
      for (at = close + 1; at < length && bytes[at] !== COMMA && bytes[at] !== LF;) at++;
      const isClean = at === close + 1 || (at === close + 2 && bytes[close + 1] === CR && bytes[at] === LF);
      start = isClean ? start + 1 : start; // text after the quote: the cell is given as it stands, quotes and all
      end = isClean ? close : at;
    } else {
      for (;;) {
        if (at >= length) return UNFINISHED;
        const byte = bytes[at]!;
        if (byte === COMMA || byte === LF) break;
        at++;
      }
      end = at > start && bytes[at] === LF && bytes[at - 1] === CR ? at - 1 : at;
    }
    if (at >= length) return UNFINISHED;
    starts[cells] = start;
    ends[cells++] = end;
    if (bytes[at] === LF) {
      row.cells = cells;
      return at + 1;
    }
  }
}

/** Place of the quote that closes a cell; two quotes in a row stand for one inside it. */
function closingQuote(bytes: Buffer, from: number): number {
  for (let at = from; at < bytes.length; at++) {
    if (bytes[at] !== QUOTE) continue;
    if (at + 1 >= bytes.length) return UNFINISHED;
    if (bytes[at + 1] !== QUOTE) return at;
    at++;
  }
  return UNFINISHED;
}
