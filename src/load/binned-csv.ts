import { checkTimeZone, InputError } from '../base/index.js';
import {
  cellCountFault,
  cellMoment,
  cellNumber,
  cellText,
  isEmpty,
  readBytes,
  scanRows,
  type CsvRow,
} from '../trace/index.js';
import { namesOf } from './binned-header.js';
import { gridOf } from './grid.js';

/** How a binned file is to be read. */
export interface ReadBinnedOptions {
  /** The one value column to read; default `requests`, and the token sums where the file has them. */
  readonly column?: string | undefined;
  /** `column=value`: rows that match are missing bins. */
  readonly missingWhere?: string | undefined;
  /** IANA zone of the hours of dated files; default UTC. */
  readonly timeZone?: string | undefined;
}

/** A binned file: value columns on an even grid in time. */
export interface BinnedTable {
  readonly path: string;
  readonly startEpochSeconds: number | null;
  readonly timeZone: string;
  readonly binSeconds: number;
  /** As in LoadSeries. */
  readonly startSeconds?: number;
  /** One value per bin and column, at least 0; NaN where missing. */
  readonly columns: readonly { readonly name: string; readonly values: Float64Array }[];
  /** Rows of the file; bins may be more, where rows are missing. */
  readonly rows: number;
}

/** Names under which binned files keep sums of prompt tokens per bin. */
export const PROMPT_SUMS: readonly string[] = ['prompt_tokens', 'request_tokens', 'context_tokens', 'input_tokens'];
/** The same for response tokens. */
export const OUTPUT_SUMS: readonly string[] = [
  'output_tokens',
  'response_tokens',
  'generated_tokens',
  'completion_tokens',
];

/** Times of 1e9 s and more are Unix time. */
const UNIX_FROM = 1e9;

/**
 * Reads a binned CSV file (design: commands): a header, a time column (`time_s`, or `time` with dates), value columns. The
 * bin is the most common gap between rows. A bin is missing where its cell is empty, its row is not there, or its row
 * matches `missingWhere`; other columns than those asked for are left alone.
 *
 * @throws InputError when the file cannot be read, lacks a column, has a bad row, or a row off its grid
 */
export async function readBinned(path: string, options: ReadBinnedOptions = {}): Promise<BinnedTable> {
  const { timeZone = 'UTC' } = options;
  checkTimeZone(timeZone);
  const rows: Rows = { times: [], lines: [], values: [], isDated: false };
  const layouts: Layout[] = []; // of one file, so at most one
  await scanRows(readBytes(path), path, (row) => {
    const layout = layouts[0];
    if (layout) readRow(row, layout, rows, path);
    else layouts.push(layoutOf(row, options, path));
  });
  const layout = layouts[0];
  if (!layout) throw new InputError(`${path}: is empty`);
  if (rows.times.length === 0) throw new InputError(`${path}: has no rows after its header`);
  const { binSeconds, bins, binOf } = gridOf(rows.times, rows.lines, path);
  const columns = layout.values.map((cell, column) => {
    const values = new Float64Array(bins).fill(NaN);
    rows.values.forEach((cells, row) => (values[binOf[row]!] = cells[column]!));
    return { name: layout.header[cell]!, values };
  });
  const first = rows.times[0]!;
  const clock = rows.isDated
    ? { startEpochSeconds: first }
    : { startEpochSeconds: null, ...(first === 0 ? {} : { startSeconds: first }) };
  return { path, ...clock, timeZone, binSeconds, columns, rows: rows.times.length };
}

interface Rows {
  readonly times: number[];
  readonly lines: number[];
  readonly values: number[][];
  isDated: boolean;
}

interface Layout {
  readonly header: readonly string[];
  readonly time: number;
  readonly isDate: boolean;
  readonly values: readonly number[];
  readonly missing: { readonly cell: number; readonly text: string } | null;
}

function layoutOf(row: CsvRow, { column, missingWhere }: ReadBinnedOptions, path: string): Layout {
  const header = namesOf(row);
  const need = (name: string): number => {
    const cell = header.indexOf(name);
    if (cell < 0) throw new InputError(`${path}:1: has no column "${name}", only ${listed(header)}`);
    return cell;
  };
  const isDate = !header.includes('time_s');
  const time = header.indexOf(isDate ? 'time' : 'time_s');
  if (time < 0) throw new InputError(`${path}:1: a binned file needs a time_s or time column, got ${listed(header)}`);
  const sums = [PROMPT_SUMS, OUTPUT_SUMS].flatMap((names) => names.filter((name) => header.includes(name)).slice(0, 1));
  const values = column === undefined ? [need('requests'), ...sums.map(need)] : [need(column)];
  if (missingWhere === undefined) return { header, time, isDate, values, missing: null };
  const split = missingWhere.indexOf('=');
  if (split < 1) throw new InputError(`missing-where must be column=value, got "${missingWhere}"`);
  return {
    header,
    time,
    isDate,
    values,
    missing: { cell: need(missingWhere.slice(0, split)), text: missingWhere.slice(split + 1) },
  };
}

function listed(header: readonly string[]): string {
  const text = JSON.stringify(header.join(', '));
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}

const moment = { seconds: 0, nanos: 0 };

function readRow(row: CsvRow, layout: Layout, rows: Rows, path: string): void {
  const { header, time, isDate, values, missing } = layout;
  const at = `${path}:${row.line}`;
  if (row.cells !== header.length) throw new InputError(`${at}: ${cellCountFault(row, header)}`);
  const isMoment = isDate && cellMoment(row, time, moment);
  const seconds = isMoment ? moment.seconds + moment.nanos / 1e9 : cellNumber(row, time);
  if (!(seconds >= 0) && !isMoment) {
    const rule = isDate ? 'a date and time' : 'a number of seconds of at least 0';
    throw new InputError(
      `${at}: column "${header[time]!}" must be ${rule}, got ${JSON.stringify(cellText(row, time))}`,
    );
  }
  if (rows.times.length === 0) rows.isDated = isMoment || seconds >= UNIX_FROM;
  const isMissing = missing !== null && matches(row, missing.cell, missing.text);
  rows.times.push(seconds);
  rows.lines.push(row.line);
  rows.values.push(values.map((cell) => (isMissing ? NaN : readValue(row, cell, header, at))));
}

function readValue(row: CsvRow, cell: number, header: readonly string[], at: string): number {
  if (isEmpty(row, cell)) return NaN;
  const value = cellNumber(row, cell);
  if (value >= 0) return value;
  const text = JSON.stringify(cellText(row, cell));
  throw new InputError(
    `${at}: column "${header[cell]!}" must be a number of at least 0, or empty where missing, got ${text}`,
  );
}

/** As text, or as numbers where both are: `gap=1` matches `1.0`. */
function matches(row: CsvRow, cell: number, text: string): boolean {
  if (cellText(row, cell) === text) return true;
  return text.trim() !== '' && cellNumber(row, cell) === Number(text);
}
