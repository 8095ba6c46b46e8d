import type { Command } from 'commander';
import { checkTimeZone, InputError, parseDuration } from '../base/index.js';
import {
  aggregate,
  aggregateTarget,
  binTrace,
  loadFromTable,
  looksBinned,
  readBinned,
  TARGET_NAMES,
  targetFromColumn,
  targetOf,
  type BinnedTable,
  type TargetName,
  type TargetSeries,
} from '../load/index.js';
import { failedCount, filterTrace, requestCount } from '../trace/index.js';
import { readHolidays } from './holidays.js';
import { COLUMNS_OPTION, readTraceInput, tracePath } from './trace-input.js';

/** The flags that say which series of a file is meant; shared by every command that forecasts. */
export interface TargetOptions {
  readonly service?: string;
  readonly model?: string;
  readonly bin?: string;
  readonly target?: string;
  readonly column?: string;
  readonly missingWhere?: string;
  readonly columns?: string;
  readonly skipBadRows?: boolean;
  readonly timeZone?: string;
}

/** The flag of commands that fit on the series. */
export interface HolidayOption {
  readonly holidays?: string;
}

/** Adds `--holidays`. */
export function holidayOption(command: Command): Command {
  return command.option(
    '--holidays <dates>',
    'days like no other: dates as 2026-01-01,2026-05-01, or a file with one a line (default: none are known)',
  );
}

/** The series, and of a trace what the whole file held before filters. */
export interface TargetInput {
  readonly input: { readonly requests: number; readonly failed: number; readonly badRows?: number } | null;
  readonly target: TargetSeries;
}

/** Adds the file argument (`[file]`: it may be left out) and the flags of TargetOptions. */
export function targetOptions(command: Command, argument: '<file>' | '[file]' = '<file>'): Command {
  return command
    .argument(argument, 'request trace (BurstGPT, Azure or plain CSV) or binned CSV')
    .option('--service <name>', 'only requests of this service, e.g. conversation or api')
    .option('--model <name>', 'only requests of this model')
    .option('--bin <width>', 'width of a bin, e.g. 1m, 10m, 1h (default for traces: 10m)')
    .option('--target <name>', `what to forecast: ${TARGET_NAMES.join(', ')} (default: requests)`)
    .option('--column <name>', 'value column of a binned file')
    .option('--missing-where <column=value>', 'rows of a binned file that are missing bins')
    .option(...COLUMNS_OPTION)
    .option('--skip-bad-rows', 'count bad rows of a trace instead of stopping at the first')
    .option('--time-zone <zone>', 'IANA zone whose hours and weekdays are meant (default: UTC)');
}

/**
 * Reads the series that the flags mean.
 *
 * @throws InputError when the file or a flag cannot be used, or the flags do not go together
 */
export async function readTarget(file: string, options: TargetOptions & HolidayOption): Promise<TargetInput> {
  const holidays = options.holidays === undefined ? undefined : await readHolidays(options.holidays);
  const read = await readSeries(file, options);
  if (holidays === undefined) return read;
  if (read.target.startEpochSeconds === null) throw new InputError(`--holidays needs dates, and ${file} has none`);
  return { ...read, target: { ...read.target, holidays } };
}

async function readSeries(file: string, options: TargetOptions): Promise<TargetInput> {
  if (options.timeZone !== undefined) checkTimeZone(options.timeZone);
  const target = targetName(options.target);
  const binSeconds = options.bin === undefined ? null : parseDuration(options.bin, '--bin');
  const isBinned = options.column !== undefined || (await looksBinned(tracePath(file)));
  return isBinned
    ? { input: null, target: await fromBinned(file, options, target, binSeconds) }
    : fromTrace(file, options, target, binSeconds ?? 600);
}

function targetName(given: string | undefined): TargetName {
  const name = (given ?? 'requests').replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  const known = TARGET_NAMES.find((target) => target === name);
  if (!known) throw new InputError(`--target must be one of ${TARGET_NAMES.join(', ')}, got "${given ?? ''}"`);
  return known;
}

function refuse(options: TargetOptions, flags: readonly (keyof TargetOptions)[], why: string): void {
  for (const flag of flags) {
    const name = flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    if (options[flag] !== undefined) throw new InputError(`--${name} ${why}`);
  }
}

async function fromTrace(
  file: string,
  options: TargetOptions,
  name: TargetName,
  binSeconds: number,
): Promise<TargetInput> {
  refuse(options, ['missingWhere'], `needs a binned file, and ${file} is a request trace`);
  const { skipBadRows = false, timeZone = 'UTC', service, model } = options;
  const { trace, report } = await readTraceInput(file, { ...options, skipBadRows, timeZone });
  const target = targetOf(binTrace(filterTrace(trace, { service, model }), binSeconds), name);
  if (target.values.length === 0)
    throw new InputError(`--bin of ${binSeconds} s is longer than the whole trace ${file}`);
  const input = { requests: requestCount(trace), failed: failedCount(trace) };
  return { input: report.badRows > 0 ? { ...input, badRows: report.badRows } : input, target };
}

async function fromBinned(
  file: string,
  options: TargetOptions,
  name: TargetName,
  binSeconds: number | null,
): Promise<TargetSeries> {
  refuse(
    options,
    ['service', 'model', 'columns', 'skipBadRows'],
    `needs a request trace, and ${file} is a binned file`,
  );
  const { column, missingWhere, timeZone } = options;
  if (column !== undefined && options.target !== undefined && options.target !== column)
    throw new InputError(`give --column or --target, not both, got "${column}" and "${options.target}"`);
  const table = await readBinned(file, { column, missingWhere, timeZone });
  const factor = widening(table, binSeconds);
  if (column !== undefined) return aggregateTarget(targetFromColumn(table, column), factor);
  const target = targetOf(aggregate(loadFromTable(table), factor), name);
  if (target.values.every((value) => Number.isNaN(value)))
    throw new InputError(`${file}: has nothing known of --target ${name}`);
  return target;
}

function widening(table: BinnedTable, binSeconds: number | null): number {
  const factor = (binSeconds ?? table.binSeconds) / table.binSeconds;
  if (Number.isInteger(factor) && factor >= 1) return factor;
  throw new InputError(`--bin must be a whole multiple of the file's ${table.binSeconds} s, got ${binSeconds ?? 0} s`);
}
