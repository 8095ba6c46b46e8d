import { holidaysOfBins, hoursOfBins, type TargetSeries } from '../load/index.js';

/** Where the rows of a target lie in time. */
export type Grid = Omit<TargetSeries, 'name' | 'values' | 'weights'>;

/** A growing series as models read it. A model that looks from `origin` reads rows below `origin` only. */
export interface History {
  /** Where the rows lie in time. */
  readonly grid: Grid;
  /** Rows so far; the arrays may be longer. */
  length: number;
  /** NaN where missing. */
  values: Float64Array;
  /** The last observed value up to and with each row; NaN before the first. */
  filled: Float64Array;
  /** Requests behind each value where it is a mean over them, else 1; 0 where missing. */
  weights: Float64Array;
  /** Hour and weekday of each row and some way beyond the end, and whether it starts on a holiday. */
  hour: Uint8Array;
  weekday: Uint8Array;
  holiday: Uint8Array;
  /** Number and mean of the observed rows. */
  observed: number;
  mean: number;
}

/** An empty history. */
export function emptyHistory(grid: Grid): History {
  return {
    grid,
    length: 0,
    values: new Float64Array(64),
    filled: new Float64Array(64),
    weights: new Float64Array(64),
    hour: new Uint8Array(0),
    weekday: new Uint8Array(0),
    holiday: new Uint8Array(0),
    observed: 0,
    mean: 0,
  };
}

/**
 * Appends one bin, NaN where it is missing.
 *
 * @param weight requests behind the value where it is a mean over them
 * @throws RangeError when the value is negative or infinite
 */
export function appendBin(history: History, value: number, weight = 1): void {
  if (value < 0 || value === Infinity)
    throw new RangeError(
      `Cannot forecast: a bin must be a finite number >= 0 or NaN, got ${value} in row ${history.length}`,
    );
  const row = history.length;
  if (row === history.values.length) {
    history.values = doubled(history.values);
    history.filled = doubled(history.filled);
    history.weights = doubled(history.weights);
  }
  history.values[row] = value;
  history.filled[row] = Number.isNaN(value) ? lastObserved(history, row) : value;
  history.weights[row] = Number.isNaN(value) || !(weight > 0) ? 0 : weight;
  history.length = row + 1;
  if (Number.isNaN(value)) return;
  history.observed += 1;
  history.mean += (value - history.mean) / history.observed;
}

/** The last observed value of the rows below `origin`; NaN where there is none. */
export function lastObserved(history: History, origin: number): number {
  return origin > 0 ? history.filled[origin - 1]! : NaN;
}

/** Mean of the observed rows below `rows`; 0 where there is none. */
export function meanBefore(history: History, rows: number): number {
  let mean = 0;
  let count = 0;
  for (let row = 0; row < rows; row++) {
    const value = history.values[row]!;
    if (!Number.isNaN(value)) mean += (value - mean) / ++count;
  }
  return mean;
}

/** Makes sure that `hour`, `weekday` and `holiday` hold the rows below `rows`. */
export function extendCalendar(history: History, rows: number): void {
  if (history.hour.length >= rows) return;
  const series = { ...history.grid, name: '', values: history.values };
  const { hour, weekday } = hoursOfBins(series, 0, rows + 1024);
  history.hour = hour;
  history.weekday = weekday;
  history.holiday = holidaysOfBins(series, 0, rows + 1024);
}

/** Rows in a day (or in `days` of them), at least 1. */
export function rowsPerDay(history: History, days = 1): number {
  return Math.max(1, Math.round((days * 86400) / history.grid.binSeconds));
}

function doubled(array: Float64Array): Float64Array {
  const larger = new Float64Array(array.length * 2);
  larger.set(array);
  return larger;
}
