import { InputError } from '../../base/index.js';
import { NO_COLUMNS, type ColumnPlan, type TimeKind } from './format.js';
import { timeKindOf } from './plain.js';

/** Columns that a user points at by name, in place of what the header's names say. */
export type ColumnMap = Readonly<Partial<Record<MappedColumn, string>>>;

/** What a column can be: `time` is told by its first value or name, `time_s` and `time_ms` say the unit. */
export type MappedColumn = (typeof MAPPED_COLUMNS)[number];

/** What a column of a file can be said to hold; `time_s` and `time_ms` also say the unit. */
export const MAPPED_COLUMNS = [
  'time',
  'time_s',
  'time_ms',
  'prompt',
  'output',
  'model',
  'service',
  'session',
  'elapsed',
] as const;

/**
 * Reads `time=ts,prompt=in,output=out`.
 *
 * @throws InputError when a part is not column=name, or names no column that a trace has
 */
export function parseColumnMap(text: string): ColumnMap {
  const map: Partial<Record<MappedColumn, string>> = {};
  for (const part of text.split(',')) {
    const split = part.indexOf('=');
    const key = MAPPED_COLUMNS.find((known) => known === part.slice(0, split).trim());
    const name = part.slice(split + 1).trim();
    if (split < 1 || !key || name === '')
      throw new InputError(`columns must be given as ${MAPPED_COLUMNS.join('|')}=NAME, with commas, got "${part}"`);
    map[key] = name;
  }
  return map;
}

/**
 * The plan of a file whose columns a user has named; what is not named is taken from the plan that the header gives by itself.
 *
 * @param own the header's own plan, null where it is not known
 * @param at what stands before a message: the file, and its header's line
 * @throws InputError when the file lacks a column, or time, prompt or output are left without one
 */
export function mappedPlan(
  header: readonly string[],
  columns: ColumnMap,
  own: ColumnPlan | null,
  at: string,
): ColumnPlan {
  const cellOf = (name: string): number => {
    const cell = header.indexOf(name);
    if (cell >= 0) return cell;
    throw new InputError(`${at}: has no column "${name}", only ${JSON.stringify(header.join(', ')).slice(0, 120)}`);
  };
  const base = own ?? NO_COLUMNS;
  const pick = (name: string | undefined, otherwise: number): number => (name === undefined ? otherwise : cellOf(name));
  const time = columns.time_ms ?? columns.time_s ?? columns.time;
  const plan = {
    ...base,
    time: pick(time, base.time),
    timeKind: time === undefined ? base.timeKind : kindOf(columns, time),
    prompt: pick(columns.prompt, base.prompt),
    output: pick(columns.output, base.output),
    model: pick(columns.model, base.model),
    service: pick(columns.service, base.service),
    session: pick(columns.session, base.session),
    elapsed: pick(columns.elapsed, base.elapsed),
  };
  for (const name of ['time', 'prompt', 'output'] as const)
    if (plan[name] < 0 && !plan.timeIsEnd)
      throw new InputError(`${at}: no column is known for ${name}; say which with ${name}=NAME`);
  return plan;
}

function kindOf(columns: ColumnMap, time: string): TimeKind {
  if (columns.time_ms !== undefined) return 'milliseconds';
  return columns.time_s !== undefined ? 'seconds' : timeKindOf(time);
}
