import { backtest, defaultTrainBins, type BacktestScore } from '../../forecast/index.js';
import { targetOf, type LoadSeries, type TargetSeries } from '../../load/index.js';
import type { ReportProgress } from '../progress.js';
import { DEMO, type DemoSettings } from './settings.js';

/** Step 2: how well each model forecasts the last part of the trace. */
export interface ForecastStage {
  readonly load: LoadSeries;
  readonly target: TargetSeries;
  readonly trainBins: number;
  readonly scores: readonly BacktestScore[];
}

/** Backtests every model on the request counts. */
export async function forecastStage(
  { seed }: DemoSettings,
  load: LoadSeries,
  report: ReportProgress,
  clock: () => number,
): Promise<ForecastStage> {
  const target = targetOf(load, 'requests');
  const trainBins = defaultTrainBins(target.values.length);
  const scores = await backtest(target, DEMO.models, { trainBins, seed, clock }, report);
  return { load, target, trainBins, scores };
}
