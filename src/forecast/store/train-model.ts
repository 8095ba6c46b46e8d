import { InputError } from '../../base/index.js';
import type { TargetSeries } from '../../load/index.js';
import { backtest, defaultTrainBins, type BacktestProgress } from '../backtest.js';
import { makeContested, type ContestedForecaster } from '../champion.js';
import { featuresOf } from '../registry.js';
import { TAIL_BINS, type ManifestScore, type TrainingSpan } from './manifest.js';
import type { ModelFacts } from './model-folder.js';

/** What a training is told. */
export interface TrainOptions {
  readonly name: string;
  /** One of FORECASTER_NAMES. */
  readonly model: string;
  readonly horizon: number;
  readonly seed: number;
  /** The file of the series, or what it is. */
  readonly source: string;
  readonly isModelled: boolean;
  readonly selection: Readonly<Record<string, string>>;
}

/**
 * Scores a forecaster beside the last value on the last three tenths of a series, then fits it on the whole of it. A series too short to
 * be split has no scores.
 *
 * @throws InputError when no bin was observed: there is nothing to learn
 */
export async function trainModel(
  target: TargetSeries,
  options: TrainOptions,
  progress: BacktestProgress = () => undefined,
): Promise<{ facts: ModelFacts; forecaster: ContestedForecaster }> {
  const { model, horizon, seed, name, selection } = options;
  const trainedOn = spanOf(target, options);
  if (trainedOn.mean === null) throw new InputError(`${options.source}: has no observed bin to learn from`);
  const scores = await scoresOf(target, options, progress);
  progress(1, 2, `fitting ${model}`);
  const forecaster = makeContested(model, { horizon, seed });
  await forecaster.fit(target);
  const { name: targetName, binSeconds, startEpochSeconds, timeZone } = target;
  const facts: ModelFacts = {
    name,
    label: labelOf(options),
    ...{ model, horizon, seed },
    target: { name: targetName, binSeconds, startEpochSeconds, timeZone },
    selection,
    features: featuresOf(model, target),
    ...{ trainedOn, scores },
  };
  return { facts, forecaster };
}

function labelOf({ isModelled, model, source }: TrainOptions): string {
  return isModelled
    ? `${model}, trained on ${source}: modelled load that nobody sent; its scores say nothing about yours`
    : `${model}, trained on ${source}`;
}

function spanOf({ values, binSeconds, startSeconds = 0 }: TargetSeries, options: TrainOptions): TrainingSpan {
  let mean = 0;
  let observed = 0;
  for (const value of values) if (!Number.isNaN(value)) mean += (value - mean) / ++observed;
  return {
    source: options.source,
    isModelled: options.isModelled,
    bins: values.length,
    missingBins: values.length - observed,
    fromSeconds: startSeconds,
    toSeconds: startSeconds + values.length * binSeconds,
    mean: observed === 0 ? null : mean,
    tail: Array.from(values.subarray(-TAIL_BINS), (value) => (Number.isNaN(value) ? null : value)),
  };
}

async function scoresOf(
  target: TargetSeries,
  { model, horizon, seed }: TrainOptions,
  progress: BacktestProgress,
): Promise<ManifestScore[]> {
  const bins = target.values.length;
  if (bins < 2) return [];
  const trainBins = defaultTrainBins(bins);
  const horizons = [...new Set([1, Math.min(horizon, bins - trainBins)])];
  const names = [...new Set(['last', model])];
  const scores = await backtest(target, names, { trainBins, horizons, seed }, (done, total, what) =>
    progress(done, 2 * total, `scoring ${what}`),
  );
  return scores.map(({ nmae, nmse, bias, p90Coverage, p90Pinball, ...score }) => ({
    ...{ model: score.model, horizon: score.horizon, trainBins, scoredBins: score.scoredBins },
    ...{ nmae, nmse, bias, p90Coverage, p90Pinball },
  }));
}
