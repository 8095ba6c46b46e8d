import { QUANTILE_LEVELS } from './forecaster.js';

/** Origins whose errors are remembered. */
const REMEMBERED = 400;
/** Number of residuals from which on they alone make the band; before, a wide band fades out. */
const ENOUGH = 20;
/** Width of the band above the mean at each of QUANTILE_LEVELS while nothing is known, as shares of the mean. */
const COLD_WIDTHS = [0, 0.5, 1, 1.5, 3];
/** Errors that stand in for past ones while nothing is known, as shares of the mean. */
const COLD_ERRORS = [-0.9, -0.5, -0.25, 0, 0, 0.25, 0.5, 1, 1.5, 3];

/**
 * Past errors of one forecaster over all its steps, each divided by the unit of its forecast (see `unitOf`), so that errors at
 * quiet and busy times are alike. Rows are origins, oldest first; NaN where a step's bin is missing or still to come.
 */
export interface Residuals {
  readonly horizon: number;
  rows: Float64Array[];
  /** Forecasts of the newest rows, at most `horizon` of them, oldest first: those with steps still to come. */
  pending: Float64Array[];
}

export function noResiduals(horizon: number): Residuals {
  return { horizon, rows: [], pending: [] };
}

/** The unit in which errors around `mean` are compared: its square root, as counts spread, kept up for means near 0. */
export function unitOf(mean: number, overallMean: number): number {
  return Math.sqrt(Math.max(mean, 0.05 * overallMean)) || 1;
}

/** Remembers the forecast made just before a bin, then that bin's value as the outcome of every forecast that foresaw it. */
export function recordBin(residuals: Residuals, forecast: Float64Array, value: number, overallMean: number): void {
  residuals.pending.push(forecast.slice());
  residuals.rows.push(new Float64Array(residuals.horizon).fill(NaN));
  const { rows, pending } = residuals;
  if (!Number.isNaN(value)) {
    for (let step = 0; step < pending.length; step++) {
      const mean = pending[pending.length - 1 - step]![step]!;
      rows[rows.length - 1 - step]![step] = (value - mean) / unitOf(mean, overallMean);
    }
  }
  if (pending.length >= residuals.horizon) pending.shift();
  if (rows.length > REMEMBERED + residuals.horizon) rows.shift();
}

/** Quantiles at QUANTILE_LEVELS of every step around `mean`, [levels x steps] row-major: never negative, rising with the level. */
export function quantilesAround(residuals: Residuals, mean: Float64Array, overallMean: number): Float64Array {
  const steps = mean.length;
  const quantiles = new Float64Array(QUANTILE_LEVELS.length * steps);
  for (let step = 0; step < steps; step++) {
    const sorted = latestErrors(residuals, step).sort();
    const unit = unitOf(mean[step]!, overallMean);
    const cold = Math.max(0, 1 - sorted.length / ENOUGH);
    QUANTILE_LEVELS.forEach((level, index) => {
      const past = sorted.length === 0 ? 0 : sorted[conformalIndex(sorted.length, level)]! * unit;
      const wide = COLD_WIDTHS[index]! * mean[step]! * cold;
      const offset = wide > 0 ? Math.max(past, wide) : past;
      quantiles[index * steps + step] = Math.max(0, mean[step]! + offset);
    });
  }
  return quantiles;
}

/** The known errors of one step, newest first, at most REMEMBERED of them. */
function latestErrors({ rows }: Residuals, step: number): Float64Array {
  const errors = new Float64Array(Math.min(rows.length, REMEMBERED));
  let count = 0;
  for (let row = rows.length - 1; row >= 0 && count < errors.length; row--) {
    const error = rows[row]![step]!;
    if (!Number.isNaN(error)) errors[count++] = error;
  }
  return errors.subarray(0, count);
}

/** The rank that covers a new value with probability `level` when it is exchangeable with `count` known ones. */
function conformalIndex(count: number, level: number): number {
  return Math.min(count - 1, Math.ceil((count + 1) * level) - 1);
}

/** Past errors in the units of `mean`, whole rows [origins x steps]; a missing step takes the error of its neighbour. */
export function jointErrors(residuals: Residuals, mean: Float64Array, overallMean: number): Float64Array {
  const steps = mean.length;
  const ended = residuals.rows.length - residuals.horizon + 1; // later rows have steps still to come
  const rows: Float64Array[] = [];
  for (let row = Math.max(0, ended - REMEMBERED); row < ended; row++)
    if (residuals.rows[row]!.some((error) => !Number.isNaN(error))) rows.push(residuals.rows[row]!);
  const cold = rows.length < ENOUGH ? COLD_ERRORS : [];
  const errors = new Float64Array((rows.length + cold.length) * steps);
  const units = mean.map((value) => unitOf(value, overallMean));
  rows.forEach((row, index) => writeErrors(row, units, errors, index * steps));
  cold.forEach((share, index) => {
    for (let step = 0; step < steps; step++) errors[(rows.length + index) * steps + step] = share * mean[step]!;
  });
  return errors;
}

/** A step whose error is not known takes the one before it; those before the first known take that one. */
function writeErrors(row: Float64Array, units: Float64Array, into: Float64Array, offset: number): void {
  let last = row[0]!;
  if (Number.isNaN(last)) last = row.find((error) => !Number.isNaN(error))!;
  for (let step = 0; step < units.length; step++) {
    if (!Number.isNaN(row[step]!)) last = row[step]!;
    into[offset + step] = last * units[step]!;
  }
}
