import { cellCountFault, cellMoment, cellNumber, cellText, isEmpty, type Moment } from './cells.js';
import type { CsvRow } from './csv-rows.js';
import type { ColumnPlan } from './format.js';
import { codeOf, nameCodes, type NameCodes } from './names.js';
import { growingColumns, makeRoom, type GrowingColumns } from './trace-builder.js';

const MOST_TOKENS = 0xffffffff;

/** Stands for lengths that a file does not tell: 0 would mark a failed request. */
const UNKNOWN_TOKENS = 1;

/** Numbers in a time column from here on are Unix time, in seconds; from a thousand times more, in milliseconds. */
const UNIX_FROM = 1e9;
const UNIX_MILLISECONDS_FROM = 1e11;

/** The rows read so far, and what their times are counted from. */
export interface RowReader {
  readonly columns: GrowingColumns;
  readonly models: NameCodes;
  readonly services: NameCodes;
  readonly sessions: Map<string, number>;
  /** Unix time of the first row where the file has dates, else null. Arrivals are counted from it, or from the file's own 0. */
  base: Moment | null;
  /** Set by the first row. */
  timeIs: 'unread' | 'number' | 'date';
  /** Seconds of one unit of the time column. */
  timeUnit: number;
}

/** A reader that has seen no rows. */
export function rowReader(): RowReader {
  return {
    columns: growingColumns(),
    models: nameCodes(),
    services: nameCodes(),
    sessions: new Map(),
    base: null,
    timeIs: 'unread',
    timeUnit: 1,
  };
}

/**
 * Appends a row to the columns; a bad row appends nothing.
 *
 * @returns null, or what is wrong with the row
 */
export function readRow(reader: RowReader, row: CsvRow, plan: ColumnPlan, header: readonly string[]): string | null {
  if (row.cells !== header.length) return cellCountFault(row, header);
  const time = readArrival(reader, row, plan);
  if (Number.isNaN(time)) return fault(row, header, plan.time, timeRule(reader, row, plan));
  const prompt = plan.prompt < 0 ? UNKNOWN_TOKENS : cellNumber(row, plan.prompt);
  if (!isTokens(prompt)) return fault(row, header, plan.prompt, TOKENS_RULE);
  const output = plan.output < 0 ? UNKNOWN_TOKENS : cellNumber(row, plan.output);
  if (!isTokens(output)) return fault(row, header, plan.output, TOKENS_RULE);
  for (const cell of plan.checked) if (!isTokens(cellNumber(row, cell))) return fault(row, header, cell, TOKENS_RULE);
  const hasElapsed = plan.elapsed >= 0 && !isEmpty(row, plan.elapsed);
  const elapsed = hasElapsed ? cellNumber(row, plan.elapsed) : NaN;
  if (plan.elapsed >= 0 && !(elapsed >= 0) && (hasElapsed || plan.timeIsEnd))
    return fault(row, header, plan.elapsed, 'a number of seconds of at least 0, or empty');
  const model = readName(reader.models, row, plan.model, String);
  if (model < 0) return fault(row, header, plan.model, NAME_RULE);
  const service = readName(reader.services, row, plan.service, serviceName);
  if (service < 0) return fault(row, header, plan.service, NAME_RULE);
  const session = readSession(reader.sessions, row, plan.session);

  const { columns } = reader;
  makeRoom(columns);
  const at = columns.length++;
  // what ended before the file's second 0 plus its duration had started before: it counts from second 0
  columns.arrival[at] = plan.timeIsEnd ? Math.max(0, time - elapsed) : time;
  columns.promptTokens[at] = prompt;
  columns.outputTokens[at] = output;
  columns.model[at] = model;
  columns.service[at] = service;
  columns.session[at] = session;
  columns.elapsed[at] = elapsed;
  return null;
}

const TOKENS_RULE = `a whole number from 0 to ${MOST_TOKENS}`;
const NAME_RULE = 'a name on one line, one of at most 256';

function isTokens(value: number): boolean {
  return value >= 0 && value <= MOST_TOKENS && Number.isInteger(value);
}

function fault(row: CsvRow, header: readonly string[], cell: number, rule: string): string {
  const text = cellText(row, cell);
  const shown = JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
  return `column "${header[cell]!}" must be ${rule}, got ${shown}`;
}

const moment: Moment = { seconds: 0, nanos: 0 };

function readArrival(reader: RowReader, row: CsvRow, plan: ColumnPlan): number {
  if (reader.timeIs === 'unread' && !learnTime(reader, row, plan)) return NaN;
  if (reader.timeIs === 'date') {
    if (!cellMoment(row, plan.time, moment)) return NaN;
    const base = reader.base!;
    const nanos = moment.nanos - base.nanos;
    const seconds = moment.seconds - base.seconds;
    return nanos < 0 ? seconds - 1 + (nanos + 1e9) / 1e9 : seconds + nanos / 1e9;
  }
  const value = cellNumber(row, plan.time);
  if (!(value >= 0)) return NaN;
  const seconds = reader.timeUnit === 1 ? value : value / 1000;
  return reader.base ? seconds - reader.base.seconds - reader.base.nanos / 1e9 : seconds;
}

/** Finds out from the first good row whether times are dates, Unix time, or seconds of the file's own clock. */
function learnTime(reader: RowReader, row: CsvRow, plan: ColumnPlan): boolean {
  const value = cellNumber(row, plan.time);
  if (value >= 0) {
    const isMilliseconds =
      plan.timeKind === 'milliseconds' || (plan.timeKind === 'any' && value >= UNIX_MILLISECONDS_FROM);
    reader.timeUnit = isMilliseconds ? 0.001 : 1;
    const seconds = isMilliseconds ? value / 1000 : value;
    const whole = Math.floor(seconds);
    if (seconds >= UNIX_FROM) reader.base = { seconds: whole, nanos: Math.round((seconds - whole) * 1e9) };
    reader.timeIs = 'number';
    return true;
  }
  if (plan.timeKind !== 'any' || !cellMoment(row, plan.time, moment)) return false;
  reader.base = { ...moment };
  reader.timeIs = 'date';
  return true;
}

function timeRule(reader: RowReader, row: CsvRow, plan: ColumnPlan): string {
  if (reader.timeIs === 'date') return 'a date and time such as 2024-05-10 00:00:00.5+00:00';
  const isDateToo = reader.timeIs === 'unread' && plan.timeKind === 'any';
  const number = `a number of ${plan.timeKind === 'milliseconds' ? 'milliseconds' : 'seconds'} of at least 0`;
  return isDateToo && !isEmpty(row, plan.time) ? `${number} or a date and time` : number;
}

function readName(codes: NameCodes, row: CsvRow, cell: number, nameOf: (text: string) => string): number {
  if (cell < 0) return 0;
  return isEmpty(row, cell) ? -1 : codeOf(codes, row, cell, nameOf);
}

/** `Conversation log` and `API log` become `conversation` and `api`. */
function serviceName(text: string): string {
  return text.toLowerCase().replace(/ log$/, '');
}

function readSession(sessions: Map<string, number>, row: CsvRow, cell: number): number {
  if (cell < 0 || isEmpty(row, cell)) return -1;
  const id = row.bytes.toString('latin1', row.starts[cell], row.ends[cell]);
  let number = sessions.get(id);
  if (number === undefined) sessions.set(id, (number = sessions.size));
  return number;
}
