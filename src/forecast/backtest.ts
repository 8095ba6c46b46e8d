import { NotReadyError } from '../base/index.js';
import type { TargetSeries } from '../load/index.js';
import { quantileOf, type Forecast, type Forecaster } from './forecaster.js';
import { coverage, measure, pinballOverMean, type Measures } from './measures.js';
import { makeForecaster } from './registry.js';

/** What a backtest is told. */
export interface BacktestOptions {
  /** Rows to fit on, from the first; the rest are scored. */
  readonly trainBins: number;
  /** Steps ahead to score, each at least 1; default only 1. */
  readonly horizons?: readonly number[];
  readonly seed?: number;
  /** Seconds on any clock, read around each fit; without it `fitSeconds` is null. */
  readonly clock?: () => number;
}

/** How one model did at one horizon. */
export interface BacktestScore extends Measures {
  readonly model: string;
  readonly horizon: number;
  /** Coverage of the 90 % quantile in [0, 1], and its pinball loss over the scored mean. */
  readonly p90Coverage: number | null;
  readonly p90Pinball: number | null;
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
 * Chronological backtest: every model is fitted once on the first `trainBins` rows, then walks through the rest bin by bin,
 * forecasting before it sees each. Step h is scored from the first row that is h steps after the fit. Missing bins are not scored.
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
  const { trainBins, horizons = [1], seed = 1, clock } = options;
  const bins = target.values.length;
  if (!Number.isInteger(trainBins) || trainBins < 1 || trainBins >= bins)
    throw new RangeError(`Cannot backtest: trainBins must be from 1 to ${bins - 1}, got ${trainBins}`);
  const forecasters = names.map((name) => makeForecaster(name, { horizon: Math.max(...horizons), seed }));
  const scores: BacktestScore[] = [];
  for (const [index, forecaster] of forecasters.entries()) {
    progress(index, names.length, forecaster.name);
    const begun = clock?.() ?? NaN;
    await forecaster.fit({ ...target, values: target.values.subarray(0, trainBins) });
    const fitSeconds = clock ? clock() - begun : null;
    const tests = walk(forecaster, target.values.subarray(trainBins), horizons);
    for (const test of tests)
      scores.push(scoreOf(forecaster.name, target.values.subarray(trainBins), test, fitSeconds));
  }
  progress(names.length, names.length, 'done');
  return scores;
}

/** The forecasts of one horizon over the test rows. */
interface HorizonForecasts {
  readonly horizon: number;
  readonly mean: Float64Array;
  readonly p50: Float64Array;
  readonly p90: Float64Array;
}

function walk(forecaster: Forecaster, values: Float64Array, horizons: readonly number[]): HorizonForecasts[] {
  const blank = (): Float64Array => new Float64Array(values.length).fill(NaN);
  const found = horizons.map((horizon) => ({ horizon, mean: blank(), p50: blank(), p90: blank() }));
  const steps = Math.max(...horizons);
  for (let row = 0; row < values.length; row++) {
    const forecast = forecastOrNull(forecaster, steps);
    if (forecast) note(found, forecast, row);
    forecaster.update(values.subarray(row, row + 1));
  }
  return found;
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
  const [p50, p90] = [quantileOf(forecast, 0.5), quantileOf(forecast, 0.9)];
  for (const { horizon, ...into } of found) {
    const scored = row + horizon - 1;
    if (scored >= into.mean.length) continue;
    into.mean[scored] = forecast.mean[horizon - 1]!;
    into.p50[scored] = p50[horizon - 1]!;
    into.p90[scored] = p90[horizon - 1]!;
  }
}

function scoreOf(
  model: string,
  actual: Float64Array,
  { horizon, mean, p50, p90 }: HorizonForecasts,
  fitSeconds: number | null,
): BacktestScore {
  const from = horizon - 1;
  const scored = actual.subarray(from);
  return {
    model,
    horizon,
    ...measure(scored, mean.subarray(from)),
    p90Coverage: coverage(scored, p90.subarray(from)),
    p90Pinball: pinballOverMean(scored, p90.subarray(from), 0.9),
    fitSeconds,
    mean,
    p50,
    p90,
  };
}
