import { InputError } from '../../base/index.js';
import type { TargetSeries } from '../../load/index.js';
import { backtest, firstBins, type BacktestScore } from '../backtest.js';
import { makeCalibrated } from '../calibrated.js';
import { ensembleWithoutNetwork } from '../ensemble/default-ensemble.js';
import type { Forecaster } from '../forecaster.js';
import { measure } from '../measures.js';
import { makeArima, makeDiffuseArima, type ArimaOrder } from '../models/arima/arima.js';
import { holtWinters, referenceHoltWinters } from '../models/holt-winters.js';
import type { FitOptions } from '../point-model.js';
import { makeForecaster } from '../registry.js';
import { buildSeries } from './build-series.js';
import type { SeriesDefinition } from './definitions.js';
import { makeYardstick } from './yardstick.js';

/** One series to score, as a task of the worker pool. */
export interface ScoreTask {
  readonly definition: SeriesDefinition;
  /** Folders that may hold its file. */
  readonly folders: readonly string[];
  /** Models to score, of FORECASTER_NAMES or `arima-own`. `ensemble` gives the row `ensemble-median` too. */
  readonly models: readonly string[];
  readonly horizons: readonly number[];
  /** Share of the training rows to fit on; the rest of them judges, and no later row is read. Left out: all, and the test rows judge. */
  readonly fold?: number;
}

/** What one model scored at one horizon; fields as in BacktestScore. */
export interface ScoreRow {
  readonly model: string;
  readonly horizon: number;
  readonly nmae: number | null;
  readonly nmse: number | null;
  readonly nmseEnergy: number | null;
  readonly p90Coverage: number | null;
  readonly p90Pinball: number | null;
  readonly fitSeconds: number | null;
}

/** What came of a task: rows, that its data is not there, or why the data was refused. */
export type ScoredSeries =
  | { readonly name: string; readonly status: 'scored'; readonly rows: readonly ScoreRow[]; readonly fold?: number }
  | { readonly name: string; readonly status: 'no data' }
  | { readonly name: string; readonly status: 'refused'; readonly reason: string };

/** Builds a series, checks that it is the one defined, and scores models on its last rows, fitted once on the first. */
export async function scoreSeries({ definition, folders, models, horizons, fold }: ScoreTask): Promise<ScoredSeries> {
  const { name, arimaOrder, trainRows } = definition;
  try {
    const built = await buildSeries(definition, folders);
    if (built === null) return { name, status: 'no data' };
    const target = fold === undefined ? built : firstBins(built, trainRows);
    const trainBins = fold === undefined ? trainRows : Math.floor(fold * trainRows);
    const make = (model: string, options: FitOptions): Forecaster => makeScored(model, arimaOrder, options);
    const scores = await backtest(target, models, { trainBins, horizons, make, clock: cpuSeconds });
    const rows = scores.flatMap((score) => rowsOf(score, target, trainBins));
    return { name, status: 'scored', rows, ...(fold === undefined ? {} : { fold }) };
  } catch (error) {
    if (error instanceof InputError) return { name, status: 'refused', reason: error.message };
    throw error;
  }
}

/**
 * `arima`, with the reference's order, and `holt-winters` are fitted here as the reference fits them; `arima-own`, which chooses its
 * order, and `holt-winters-own` are what users get under those names.
 */
function makeScored(model: string, order: ArimaOrder, options: FitOptions): Forecaster {
  if (model === 'arima') return makeYardstick(makeDiffuseArima(order), options);
  if (model === 'holt-winters') return makeYardstick(referenceHoltWinters, options);
  if (model === 'arima-own') return makeCalibrated({ ...makeArima(), name: model }, options);
  if (model === 'holt-winters-own') return makeCalibrated({ ...holtWinters, name: model }, options);
  if (model === 'ensemble-without-network') return makeCalibrated(ensembleWithoutNetwork, options);
  return makeForecaster(model, options);
}

function cpuSeconds(): number {
  return process.cpuUsage().user / 1e6;
}

/** The P50 of the ensemble is its median head: one fit gives both rows. */
function rowsOf(score: BacktestScore, target: TargetSeries, trainBins: number): ScoreRow[] {
  const { model, horizon, nmae, nmse, nmseEnergy, p90Coverage, p90Pinball, fitSeconds } = score;
  const row = { model, horizon, nmae, nmse, nmseEnergy, p90Coverage, p90Pinball, fitSeconds };
  if (model !== 'ensemble') return [row];
  const from = trainBins + horizon - 1;
  const median = measure(target.values.subarray(from), score.p50.subarray(horizon - 1));
  const { nmae: medianNmae, nmse: medianNmse, nmseEnergy: medianEnergy } = median;
  return [row, { ...row, model: 'ensemble-median', nmae: medianNmae, nmse: medianNmse, nmseEnergy: medianEnergy }];
}
