import { InputError } from '../../base/index.js';
import type { Trace } from '../trace.js';
import { burstGptHeader, burstGptLine } from './burstgpt.js';
import { writeLines } from './line-file.js';
import { jsonLineWriter, plainHeader, plainLineWriter } from './plain.js';
import type { WrittenRow } from './row.js';
import { rowsOf } from './trace-rows.js';

/** The formats that are written, told by the end of a file's name; all but Parquet also with `.gz`. */
export type TraceFileKind = 'csv' | 'jsonl' | 'parquet';

/** How a trace is written. */
export interface WriteOptions {
  /** Layout of CSV: `plain` has every column exactly; `burstgpt` is BurstGPT's. */
  readonly layout?: 'plain' | 'burstgpt';
  /** Digits of a second's fraction in BurstGPT's layout; default 6. */
  readonly decimals?: number;
}

/** What writers must know before the first request. */
export interface WrittenTrace {
  readonly rows: Iterable<WrittenRow>;
  readonly startEpochSeconds: number | null;
  readonly hasSessions: boolean;
}

/**
 * The kind of a file by its name.
 *
 * @throws InputError when the name ends in none of them
 */
export function traceFileKind(file: string): TraceFileKind {
  const match = /\.(csv|jsonl|parquet)(\.gz)?$/i.exec(file);
  if (match && !(match[2] && match[1] === 'parquet')) return match[1]!.toLowerCase() as TraceFileKind;
  throw new InputError(
    `${file}: the name of a trace to write must end in .csv, .csv.gz, .jsonl, .jsonl.gz or .parquet`,
  );
}

/**
 * Writes a trace; as plain CSV, JSONL or Parquet it reads back as it is.
 *
 * @throws InputError when the file cannot be written
 */
export async function writeTrace(file: string, trace: Trace, options: WriteOptions = {}): Promise<void> {
  if (traceFileKind(file) === 'parquet') {
    const { writeParquet } = await import('./parquet.js');
    await writeParquet(file, trace);
    return;
  }
  const hasSessions =
    trace.session.some((session) => session >= 0) || trace.elapsed.some((value) => !Number.isNaN(value));
  await writeRows(file, { rows: rowsOf(trace), startEpochSeconds: trace.startEpochSeconds, hasSessions }, options);
}

/**
 * Writes requests one after another as CSV or JSONL, without holding them.
 *
 * @throws InputError when the file cannot be written, or is a Parquet file
 */
export async function writeRows(file: string, written: WrittenTrace, options: WriteOptions = {}): Promise<void> {
  if (traceFileKind(file) === 'parquet')
    throw new InputError(`${file}: a Parquet file cannot be written request by request`);
  await writeLines(file, linesOf(file, written, options));
}

function* linesOf(
  file: string,
  written: WrittenTrace,
  { layout = 'plain', decimals = 6 }: WriteOptions,
): Generator<string> {
  const { rows, hasSessions } = written;
  if (traceFileKind(file) === 'jsonl') {
    const write = jsonLineWriter(written);
    for (const row of rows) yield write(row);
  } else if (layout === 'burstgpt') {
    const burstGpt = { decimals, hasSessions };
    yield burstGptHeader(burstGpt);
    for (const row of rows) yield burstGptLine(row, burstGpt);
  } else {
    const write = plainLineWriter(written);
    yield plainHeader(written);
    for (const row of rows) yield write(row);
  }
}
