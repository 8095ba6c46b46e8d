import { InputError } from '../base/index.js';
import { OUTPUT_SUMS, PROMPT_SUMS, type BinnedTable } from './binned-csv.js';
import type { LoadSeries, TargetSeries } from './series.js';

/**
 * One value column of a binned file as a target to forecast.
 *
 * @throws InputError when the table has no such column
 */
export function targetFromColumn(table: BinnedTable, name: string): TargetSeries {
  const values = valuesOf(table, [name]);
  if (!values) throw new InputError(`${table.path}: has no column "${name}"`);
  return { name, ...clockOf(table), values };
}

/**
 * A binned file as load: its `requests` column and sums of tokens. Where the file has no token sums (or their cell is
 * empty) they are NaN, unknown; a bin whose `requests` is missing is missing.
 *
 * @throws InputError when the table has no `requests`
 */
export function loadFromTable(table: BinnedTable): LoadSeries {
  const { values: requests } = targetFromColumn(table, 'requests');
  const unknown = (): Float64Array => new Float64Array(requests.length).fill(NaN);
  const observed = Uint8Array.from(requests, (count) => (Number.isNaN(count) ? 0 : 1));
  const known = (values: Float64Array): Float64Array => values.map((value, bin) => (observed[bin] ? value : 0));
  return {
    ...clockOf(table),
    requests: known(requests),
    promptTokens: known(valuesOf(table, PROMPT_SUMS) ?? unknown()),
    outputTokens: known(valuesOf(table, OUTPUT_SUMS) ?? unknown()),
    observed,
  };
}

function valuesOf(table: BinnedTable, names: readonly string[]): Float64Array | undefined {
  return table.columns.find((column) => names.includes(column.name))?.values;
}

function clockOf(table: BinnedTable): Omit<TargetSeries, 'name' | 'values'> {
  const { startEpochSeconds, timeZone, binSeconds, startSeconds } = table;
  return { startEpochSeconds, timeZone, binSeconds, ...(startSeconds === undefined ? {} : { startSeconds }) };
}
