import { NotReadyError } from '../base/index.js';
import type { TargetSeries } from '../load/index.js';
import { QUANTILE_LEVELS, quantileOf, type Forecast, type Forecaster } from './forecaster.js';
import { coverage, measure, pinballOverMean, type Measures } from './measures.js';
import type { FitOptions } from './point-model.js';
import { makeForecaster } from './registry.js';

/** What a backtest is told. */
export interface BacktestOptions {
  /** Rows to fit on, from the first; the rest are scored. */
  readonly trainBins: number;
  /** Steps ahead to score, each at least 1; default only 1. */
  readonly horizons?: readonly number[];
  readonly seed?: number;
  /** Bins after which every model is fitted anew on all rows so far; left out: it is fitted once. */
  readonly refitEvery?: number;
  /** Seconds on any clock, read around each fit and summed; without it `fitSeconds` is null. */
  readonly clock?: () => number;
  /** Makes the forecasters of the names; default `makeForecaster`. */
  readonly make?: (name: string, options: FitOptions) => Forecaster;
}

/** How one model did at one horizon. */
export interface BacktestScore extends Measures {
  readonly model: string;
  readonly horizon: number;
  /** Coverage of the 90 % quantile in [0, 1], and its pinball loss over the scored mean. */
  readonly p90Coverage: number | null;
  readonly p90Pinball: number | null;
  /** Share of scored values at or below the quantile of each of QUANTILE_LEVELS; null where nothing is scored. */
  readonly coverages: readonly (number | null)[];
  readonly fitSeconds: number | null;
  /** Forecasts of every row after `trainBins`: mean, P50 and P90; NaN where the horizon reaches back into the fitted rows. */
  readonly mean: Float64Array;
  readonly p50: Float64Array;
  readonly p90: Float64Array;
}

/** Told how far a backtest has come. */
export type BacktestProgress = (done: number, total: number, what: string) => void;

/** The split of seven tenths, one row on either side at least. */
export function defaultTrainBins(bins: number): number {
  return Math.min(Math.max(1, Math.floor((7 * bins) / 10)), Math.max(1, bins - 1));
}

/**
 * Chronological backtest with a rolling origin: every model is fitted on the first `trainBins` rows, then walks through the rest bin by
 * bin, forecasting before it sees each; with `refitEvery` it is fitted anew on the way, on the rows before its origin. Step h is scored
 * from the first row that is h steps after the first fit. Missing bins are not scored.
 *
 * @param names of FORECASTER_NAMES
 * @throws RangeError when the split leaves nothing to fit or to score
 */
export async function backtest(
  target: TargetSeries,
  names: readonly string[],
  options: BacktestOptions,
  progress: BacktestProgress = () => undefined,
): Promise<BacktestScore[]> {
  const { trainBins, horizons = [1], seed = 1, refitEvery, clock, make = makeForecaster } = options;
  const bins = target.values.length;
  if (!Number.isInteger(trainBins) || trainBins < 1 || trainBins >= bins)
    throw new RangeError(`Cannot backtest: trainBins must be from 1 to ${bins - 1}, got ${trainBins}`);
  if (refitEvery !== undefined && (!Number.isInteger(refitEvery) || refitEvery < 1))
    throw new RangeError(`Cannot backtest: refitEvery must be a whole number of at least 1, got ${refitEvery}`);
  const forecasters = names.map((name) => make(name, { horizon: Math.max(...horizons), seed }));
  const scores: BacktestScore[] = [];
  for (const [index, forecaster] of forecasters.entries()) {
    progress(index, names.length, forecaster.name);
    const walked = await walk(forecaster, target, { trainBins, horizons, refitEvery, clock });
    for (const test of walked.found)
      scores.push(scoreOf(forecaster.name, target.values.subarray(trainBins), test, walked.fitSeconds));
  }
  progress(names.length, names.length, 'done');
  return scores;
}

/** The forecasts of one horizon over the test rows. */
interface HorizonForecasts {
  readonly horizon: number;
  readonly mean: Float64Array;
  /** One column per level of QUANTILE_LEVELS. */
  readonly quantiles: readonly Float64Array[];
}

interface WalkOptions {
  readonly trainBins: number;
  readonly horizons: readonly number[];
  readonly refitEvery: number | undefined;
  readonly clock: (() => number) | undefined;
}

async function walk(
  forecaster: Forecaster,
  target: TargetSeries,
  { trainBins, horizons, refitEvery = Infinity, clock }: WalkOptions,
): Promise<{ found: HorizonForecasts[]; fitSeconds: number | null }> {
  const values = target.values.subarray(trainBins);
  const weights = target.weights?.subarray(trainBins);
  const blank = (): Float64Array => new Float64Array(values.length).fill(NaN);
  const found = horizons.map((horizon) => ({ horizon, mean: blank(), quantiles: QUANTILE_LEVELS.map(blank) }));
  const steps = Math.max(...horizons);
  let fitSeconds = 0;
  for (let row = 0; row < values.length; row++) {
    if (row === 0 || row % refitEvery === 0) {
      const begun = clock?.() ?? 0;
      await forecaster.fit(firstBins(target, trainBins + row));
      fitSeconds += (clock?.() ?? 0) - begun;
    }
    const forecast = forecastOrNull(forecaster, steps);
    if (forecast) note(found, forecast, row);
    forecaster.update(values.subarray(row, row + 1), weights?.subarray(row, row + 1));
  }
  return { found, fitSeconds: clock ? fitSeconds : null };
}

/** A series cut after its first bins. */
export function firstBins(target: TargetSeries, bins: number): TargetSeries {
  const weights = target.weights?.subarray(0, bins);
  return { ...target, values: target.values.subarray(0, bins), ...(weights ? { weights } : {}) };
}

/** Null while no bin was observed: such rows are not scored. */
function forecastOrNull(forecaster: Forecaster, steps: number): Forecast | null {
  try {
    return forecaster.forecast(steps);
  } catch (error) {
    if (error instanceof NotReadyError) return null;
    throw error;
  }
}

function note(found: readonly HorizonForecasts[], forecast: Forecast, row: number): void {
  const levels = QUANTILE_LEVELS.map((level) => quantileOf(forecast, level));
  for (const { horizon, mean, quantiles } of found) {
    const scored = row + horizon - 1;
    if (scored >= mean.length) continue;
    mean[scored] = forecast.mean[horizon - 1]!;
    quantiles.forEach((column, level) => (column[scored] = levels[level]![horizon - 1]!));
  }
}

function scoreOf(
  model: string,
  actual: Float64Array,
  { horizon, mean, quantiles }: HorizonForecasts,
  fitSeconds: number | null,
): BacktestScore {
  const from = horizon - 1;
  const scored = actual.subarray(from);
  const coverages = quantiles.map((column) => coverage(scored, column.subarray(from)));
  const column = (level: number): number => QUANTILE_LEVELS.findIndex((known) => known === level);
  const p90 = quantiles[column(0.9)]!;
  return {
    model,
    horizon,
    ...measure(scored, mean.subarray(from)),
    p90Coverage: coverages[column(0.9)]!,
    p90Pinball: pinballOverMean(scored, p90.subarray(from), 0.9),
    coverages,
    fitSeconds,
    mean,
    p50: quantiles[column(0.5)]!,
    p90,
  };
}
