import { QUANTILE_LEVELS } from './forecaster.js';
import { insertSorted, removeSorted } from './numeric/sorted.js';

/** Origins whose errors are remembered. */
const REMEMBERED = 400;
/** Number of residuals from which on they alone make the band; before, a wide band fades out. */
const ENOUGH = 20;
/** Known residuals from which on the levels adapt. */
const ADAPTS_FROM = 8;
/** How far one miss moves the level that is looked up (Gibbs and Candes 2021); at high levels less, so that a miss is not forgotten too slowly. */
const STEP_OF_LEVEL = QUANTILE_LEVELS.map((level) => Math.min(0.02, 0.2 * (1 - level)));
/** Width of the band above the mean at each of QUANTILE_LEVELS while nothing is known, as shares of the mean. */
const COLD_WIDTHS = [0, 0.5, 1, 1.5, 3];
/** Errors that stand in for past ones while nothing is known, as shares of the mean. */
const COLD_ERRORS = [-0.9, -0.5, -0.25, 0, 0, 0.25, 0.5, 1, 1.5, 3];

/** A forecast whose steps have not all come yet. */
export interface PendingForecast {
  readonly mean: Float64Array;
  /** [levels x horizon] */
  readonly quantiles: Float64Array;
}

/**
 * Past errors of one forecaster over all its steps, each divided by the unit of its forecast (see `unitOf`), so that errors at
 * quiet and busy times are alike. Rows are origins, oldest first; NaN where a step's bin is missing or still to come.
 */
export interface Residuals {
  readonly horizon: number;
  rows: Float64Array[];
  /** The newest forecasts, at most `horizon` of them, oldest first: those with steps still to come. */
  pending: PendingForecast[];
  /**
   * Levels at which past errors are looked up, [QUANTILE_LEVELS x horizon]: they start where they are named, and each miss or hit
   * moves them until a quantile is exceeded as often as its name says.
   */
  readonly levels: Float64Array;
  /** The known errors of each step in ascending order; follows from `rows`. */
  readonly sorted: { values: Float64Array; length: number }[];
}

/** The residuals of a model whose forecasts nothing has followed yet. */
export function noResiduals(horizon: number): Residuals {
  const levels = new Float64Array(QUANTILE_LEVELS.length * horizon);
  QUANTILE_LEVELS.forEach((level, index) => levels.fill(level, index * horizon, (index + 1) * horizon));
  return { horizon, rows: [], pending: [], levels, sorted: emptySorted(horizon) };
}

/** Residuals as they were saved. */
export function residualsFrom(saved: Omit<Residuals, 'sorted'>): Residuals {
  const sorted = emptySorted(saved.horizon);
  for (const row of saved.rows)
    row.forEach((error, step) => {
      if (!Number.isNaN(error)) insertSorted(sorted[step]!, error);
    });
  return { ...saved, sorted };
}

function emptySorted(horizon: number): Residuals['sorted'] {
  return Array.from({ length: horizon }, () => ({ values: new Float64Array(64), length: 0 }));
}

/** The unit in which errors around `mean` are compared: its square root, as counts spread, kept up for means near 0. */
export function unitOf(mean: number, overallMean: number): number {
  return Math.sqrt(Math.max(mean, 0.05 * overallMean)) || 1;
}

/** Remembers the forecast made just before a bin, then that bin's value as the outcome of every forecast that foresaw it. */
export function recordBin(
  residuals: Residuals,
  { mean, quantiles }: PendingForecast,
  value: number,
  overallMean: number,
): void {
  const { horizon, rows, pending, sorted } = residuals;
  pending.push({ mean: mean.slice(), quantiles: quantiles.slice() });
  rows.push(new Float64Array(horizon).fill(NaN));
  if (!Number.isNaN(value)) {
    for (let step = 0; step < pending.length; step++) {
      const forecast = pending[pending.length - 1 - step]!;
      adapt(residuals, forecast.quantiles, step, value);
      const error = (value - forecast.mean[step]!) / unitOf(forecast.mean[step]!, overallMean);
      rows[rows.length - 1 - step]![step] = error;
      insertSorted(sorted[step]!, error);
    }
  }
  if (pending.length >= horizon) pending.shift();
  if (rows.length <= REMEMBERED + horizon) return;
  rows.shift()!.forEach((error, step) => {
    if (!Number.isNaN(error)) removeSorted(sorted[step]!, error);
  });
}

function adapt({ horizon, levels, sorted }: Residuals, quantiles: Float64Array, step: number, value: number): void {
  if (sorted[step]!.length < ADAPTS_FROM) return;
  QUANTILE_LEVELS.forEach((level, index) => {
    const at = index * horizon + step;
    const missed = value > quantiles[at]! ? 1 : 0;
    levels[at] = Math.min(1, Math.max(0, levels[at]! + STEP_OF_LEVEL[index]! * (missed - (1 - level))));
  });
}

/**
 * Quantiles at QUANTILE_LEVELS of every step around `mean`, [levels x steps] row-major: never negative, rising with the level.
 *
 * @param medians of the steps where a model has its own; the P50 lies half way between them and what past errors say
 */
export function quantilesAround(
  residuals: Residuals,
  mean: Float64Array,
  overallMean: number,
  medians: Float64Array | null,
): Float64Array {
  const steps = mean.length;
  const quantiles = new Float64Array(QUANTILE_LEVELS.length * steps);
  for (let step = 0; step < steps; step++) {
    const errors = residuals.sorted[step]!;
    const unit = unitOf(mean[step]!, overallMean);
    const cold = Math.max(0, 1 - errors.length / ENOUGH);
    let floor = 0;
    QUANTILE_LEVELS.forEach((_, index) => {
      const level = residuals.levels[index * residuals.horizon + step]!;
      const past = errors.length === 0 ? 0 : errors.values[conformalIndex(errors.length, level)]! * unit;
      const wide = COLD_WIDTHS[index]! * mean[step]! * cold;
      const around = mean[step]! + (wide > 0 ? Math.max(past, wide) : past);
      const own = index === 0 && medians !== null ? (around + medians[step]!) / 2 : around;
      floor = Math.max(floor, Number.isFinite(own) ? own : around);
      quantiles[index * steps + step] = floor;
    });
  }
  return quantiles;
}

/** The rank that covers a new value with probability `level` when it is exchangeable with `count` known ones. */
function conformalIndex(count: number, level: number): number {
  return Math.min(count - 1, Math.max(0, Math.ceil((count + 1) * level) - 1));
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
