import { Command } from 'commander';
import { backtest, defaultTrainBins, FORECASTER_NAMES, type BacktestScore } from '../forecast/index.js';
import { InputError } from '../base/index.js';
import type { TargetSeries } from '../load/index.js';
import { listOf, wholeNumber } from './numbers.js';
import { print, printJson } from './output.js';
import { withProgress } from './progress.js';
import { scoreTable } from './score-table.js';
import { readTarget, targetOptions, type TargetInput, type TargetOptions } from './target-input.js';

interface EvaluateOptions extends TargetOptions {
  readonly horizon: string;
  readonly models?: string;
  readonly trainBins?: string;
  readonly testDays?: string;
  readonly seed: string;
  readonly json?: boolean;
}

/** `foresail evaluate FILE`: a chronological backtest of forecasters on a request trace or a binned file. */
export function evaluateCommand(): Command {
  return targetOptions(new Command('evaluate'))
    .description('Fits forecasters on the first part of a series and scores them on the rest, bin by bin.')
    .option('--horizon <bins>', 'bins ahead to score, or several as 1,6,12', '1')
    .option('--models <names>', `forecasters to score, default all: ${FORECASTER_NAMES.join(', ')}`)
    .option('--train-bins <n>', 'bins to fit on, from the first (default: 70 %)')
    .option('--test-days <days>', 'days at the end to score on, instead of --train-bins')
    .option('--seed <n>', 'seed of networks', '1')
    .option('--json', 'one JSON document on stdout')
    .action(evaluate);
}

async function evaluate(file: string, options: EvaluateOptions): Promise<void> {
  const horizons = listOf(options.horizon).map((text) => wholeNumber('--horizon', text, 1, 1000));
  const names = modelNames(options.models);
  const seed = wholeNumber('--seed', options.seed, 0, Number.MAX_SAFE_INTEGER);
  const input = await readTarget(file, options);
  const { target } = input;
  const trainBins = trainBinsOf(target, options);
  const scores = await withProgress('evaluate', (report) =>
    backtest(target, names, { trainBins, horizons, seed, clock: cpuSeconds }, report),
  );
  if (options.json) printJson('evaluate', document(input, trainBins, scores));
  else printForPeople(input, trainBins, scores);
}

function modelNames(given: string | undefined): string[] {
  const names = given === undefined ? [...FORECASTER_NAMES] : [...new Set(listOf(given))];
  const unknown = names.find((name) => !FORECASTER_NAMES.includes(name));
  if (unknown !== undefined || names.length === 0)
    throw new InputError(`--models must be of ${FORECASTER_NAMES.join(', ')}, got "${unknown ?? given ?? ''}"`);
  return names;
}

function trainBinsOf({ values, binSeconds }: TargetSeries, { trainBins, testDays }: EvaluateOptions): number {
  const bins = values.length;
  if (bins < 2) throw new InputError(`the series has ${bins} whole bin${bins === 1 ? '' : 's'}: evaluate needs two`);
  if (trainBins !== undefined && testDays !== undefined)
    throw new InputError('give --train-bins or --test-days, not both');
  if (trainBins !== undefined) return wholeNumber('--train-bins', trainBins, 1, bins - 1);
  if (testDays === undefined) return defaultTrainBins(bins);
  const testBins = Math.round((Number(testDays) * 86400) / binSeconds);
  if (testDays.trim() !== '' && testBins >= 1 && testBins < bins) return bins - testBins;
  const days = Number(((bins * binSeconds) / 86400).toFixed(3));
  throw new InputError(`--test-days must leave bins to fit on and to score, of ${days} days, got "${testDays}"`);
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** The document of design section 6. */
function document({ input, target }: TargetInput, trainBins: number, scores: readonly BacktestScore[]): object {
  return {
    ...(input ? { input } : {}),
    series: seriesOf(target, trainBins),
    models: scores.map((score) => ({
      model: score.model,
      horizon: score.horizon,
      nmae: score.nmae,
      nmse: score.nmse,
      nmseEnergy: score.nmseEnergy,
      bias: score.bias,
      p90Coverage: score.p90Coverage,
      p90Pinball: score.p90Pinball,
      scoredBins: score.scoredBins,
      fitSeconds: score.fitSeconds,
      ...(score.undefinedBecause === undefined ? {} : { undefinedBecause: score.undefinedBecause }),
    })),
  };
}

function seriesOf({ name, startEpochSeconds, binSeconds, values }: TargetSeries, trainBins: number): SeriesFacts {
  const known = (part: Float64Array): number => part.reduce((count, value) => count + (Number.isNaN(value) ? 0 : 1), 0);
  return {
    target: name,
    startEpochSeconds,
    binSeconds,
    bins: values.length,
    missingBins: values.length - known(values),
    trainBins,
    scoredBins: known(values.subarray(trainBins)),
  };
}

interface SeriesFacts {
  readonly target: string;
  readonly startEpochSeconds: number | null;
  readonly binSeconds: number;
  readonly bins: number;
  readonly missingBins: number;
  readonly trainBins: number;
  readonly scoredBins: number;
}

function printForPeople({ input, target }: TargetInput, trainBins: number, scores: readonly BacktestScore[]): void {
  const facts = seriesOf(target, trainBins);
  if (input) print(`${input.requests} requests, ${input.failed} failed`);
  print(
    `${facts.target} in ${facts.bins} bins of ${facts.binSeconds} s (${facts.missingBins} missing): ` +
      `fitted on ${facts.trainBins}, scored on ${facts.scoredBins}`,
  );
  print();
  print(scoreTable(scores));
  const reason = scores.find(({ undefinedBecause }) => undefinedBecause !== undefined)?.undefinedBecause;
  if (reason !== undefined) print(`- where a measure is not defined: ${reason}`);
}
