import { checkTimeZone, InputError } from '../../base/index.js';
import { sortByArrival } from '../select.js';
import type { Trace } from '../trace.js';
import type { ReportBytes } from './bytes.js';
import { cellText } from './cells.js';
import type { CsvRow } from './csv-rows.js';
import type { ColumnPlan } from './format.js';
import { FORMATS } from './formats.js';
import { mappedPlan, type ColumnMap } from './mapped.js';
import { readRow, rowReader, type RowReader } from './row-reader.js';
import { scanFile } from './scan-file.js';
import { finishedColumns } from './trace-builder.js';

const DAY = 86400;
const HOUR = 3600;

/** How a trace file is to be read. */
export interface ReadTraceOptions {
  /** Count bad rows in the report instead of stopping at the first. */
  readonly skipBadRows?: boolean;
  /** IANA zone whose hours and weekdays people mean; default UTC. Times without a zone are UTC whatever it is. */
  readonly timeZone?: string;
  /** Columns by the names that this file gives them. */
  readonly columns?: ColumnMap | undefined;
  readonly onProgress?: ReportBytes;
}

/** What reading a trace found. */
export interface TraceReport {
  /** `burstgpt`, `azure`, `azure-functions`, `mooncake`, `plain`, or `mapped` where the columns were named. */
  readonly format: string;
  /** Rows that became requests. */
  readonly rows: number;
  /** Rows left out; one that a stray quote stretches over several lines counts once for each of them. */
  readonly badRows: number;
  /** What was wrong with the first bad row, with file and line; null when there was none. */
  readonly firstBad: string | null;
  /** Rows that came after a later one; they were put in order. */
  readonly outOfOrder: number;
  /** Whole days taken off every arrival so that the trace starts in its first day (files without dates). */
  readonly skippedDays: number;
}

/**
 * Reads a request trace: BurstGPT, Azure 2023 and 2024, Azure Functions 2021, Mooncake, or any CSV, JSON lines or Parquet with
 * plain names of columns or a map of them; told by its first bytes and its header, unpacked where it is gzip.
 *
 * Second 0 is, in files without dates, the 0:00 of the day of the first request (timestamps as they are, less
 * `skippedDays` whole days), so that the hour of day is kept; in files with dates, the first request, whose moment is
 * `startEpochSeconds`. `endSeconds` is the last arrival, or the end of its day where the trace spans at least 23 hours and
 * the last request falls in the last hour of a day (such files are cut at midnight).
 *
 * @throws InputError when the file cannot be read or is no trace, and at the first bad row unless `skipBadRows`
 */
export async function readTrace(
  path: string,
  options: ReadTraceOptions = {},
): Promise<{ trace: Trace; report: TraceReport }> {
  const { skipBadRows = false, timeZone = 'UTC', columns, onProgress } = options;
  checkTimeZone(timeZone);
  const reader = rowReader();
  const faults = { count: 0, first: null as string | null };
  const heads: Head[] = []; // of one file, so at most one
  const onBad = (message: string, lines = 1): void => {
    if (!skipBadRows) throw new InputError(message);
    faults.first ??= message;
    faults.count += lines;
  };
  const onRow = (row: CsvRow): void => {
    const head = heads[0];
    const problem = head ? readRow(reader, row, head.plan, head.header) : null;
    if (!head) heads.push(readHeader(row, path, columns));
    else if (problem !== null) onBad(`${path}:${row.line}: ${problem}`, row.lines);
  };
  const start = await scanFile(path, { onRow, onBad, onProgress });
  if (start !== null && !reader.base)
    reader.base = { seconds: Math.floor(start), nanos: Math.round((start - Math.floor(start)) * 1e9) };
  const format = heads[0]?.format;
  if (format === undefined) throw new InputError(`${path}: is empty`);
  if (reader.columns.length === 0) {
    const bad = faults.first
      ? ` that can be used: ${faults.count} bad, the first: ${faults.first}`
      : ' after its header';
    throw new InputError(`${path}: has no rows${bad}`);
  }
  const { trace: read, outOfOrder, skippedDays } = finish(reader, timeZone);
  const trace = heads[0]!.plan.output < 0 ? { ...read, tokensKnown: false } : read;
  const rows = trace.arrival.length;
  return {
    trace,
    report: { format, rows, badRows: faults.count, firstBad: faults.first, outOfOrder, skippedDays },
  };
}

interface Head {
  readonly header: readonly string[];
  readonly plan: ColumnPlan;
  readonly format: string;
}

function readHeader(row: CsvRow, path: string, columns: ColumnMap | undefined): Head {
  const header = Array.from({ length: row.cells }, (_, cell) => cellText(row, cell).trim());
  const known = planOf(header);
  if (columns) return { header, plan: mappedPlan(header, columns, known?.plan ?? null, `${path}:1`), format: 'mapped' };
  if (known) return { header, ...known };
  const text = header.join(',');
  // eslint-disable-next-line no-control-regex -- control characters are how a file that is no text is told
  if (/[\u0000-\u0008\u000e-\u001f\ufffd]/.test(text)) throw new InputError(`${path}: is not a text file`);
  const shown = text.length > 100 ? `${text.slice(0, 100)}…` : text;
  const hint = header.includes('requests')
    ? 'this is a binned series, not a request trace'
    : 'not a known request trace';
  throw new InputError(
    `${path}:1: ${hint}: the header must have a time (time_s, timestamp, timestamp_ms, ...), prompt tokens ` +
      `(prompt_tokens, input_length, ...) and output tokens (output_tokens, output_length, ...), or be BurstGPT's or ` +
      `Azure's, got ${JSON.stringify(shown)}`,
  );
}

/** The format that a header is of, and where its columns stand; null where it is none that is known. */
export function planOf(header: readonly string[]): { plan: ColumnPlan; format: string } | null {
  for (const { name, plan } of FORMATS) {
    const columns = plan(header);
    if (columns) return { plan: columns, format: name };
  }
  return null;
}

function finish(reader: RowReader, timeZone: string): { trace: Trace; outOfOrder: number; skippedDays: number } {
  const columns = finishedColumns(reader.columns);
  const { arrival } = columns;
  const outOfOrder = countOutOfOrder(arrival);
  let trace: Trace = {
    ...columns,
    modelNames: reader.models.names.length > 0 ? reader.models.names : ['unknown'],
    serviceNames: reader.services.names.length > 0 ? reader.services.names : ['unknown'],
    startEpochSeconds: null,
    timeZone,
  };
  if (outOfOrder > 0) trace = sortByArrival(trace);
  const first = trace.arrival[0]!;
  const skippedDays = reader.base ? 0 : Math.floor(first / DAY);
  const shift = reader.base ? first : skippedDays * DAY;
  if (shift !== 0) for (let i = 0; i < trace.arrival.length; i++) trace.arrival[i]! -= shift;
  const startEpochSeconds = reader.base ? reader.base.seconds + reader.base.nanos / 1e9 + shift : null;
  const endSeconds = endOf(trace.arrival, startEpochSeconds ?? 0);
  return { trace: { ...trace, startEpochSeconds, endSeconds }, outOfOrder, skippedDays };
}

function countOutOfOrder(arrival: Float64Array): number {
  let latest = -Infinity;
  let count = 0;
  for (const at of arrival) {
    if (at < latest) count++;
    else latest = at;
  }
  return count;
}

/** Where observation ends: the last arrival, or the midnight that a file of whole days was cut at. */
function endOf(arrival: Float64Array, startEpochSeconds: number): number {
  const last = arrival[arrival.length - 1]!;
  const midnight = Math.ceil((startEpochSeconds + last) / DAY) * DAY - startEpochSeconds;
  const isWholeDays = last - arrival[0]! >= DAY - HOUR && midnight - last <= HOUR;
  return isWholeDays ? midnight : last;
}
