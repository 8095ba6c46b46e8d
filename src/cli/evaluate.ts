import { Command } from 'commander';
import { backtest, defaultTrainBins, FORECASTER_NAMES } from '../forecast/index.js';
import { InputError } from '../base/index.js';
import { frameOf, tableEnding, writeTable, type TargetSeries } from '../load/index.js';
import { evaluationDocument, scoreColumns } from './evaluate/document.js';
import { evaluationOf, type Evaluation } from './evaluate/evaluation.js';
import { printEvaluation } from './evaluate/print.js';
import { listOf, wholeNumber } from './numbers.js';
import { print, printJson, writeText } from './output.js';
import { withProgress } from './progress.js';
import { holidayOption, readTarget, targetOptions, type HolidayOption, type TargetOptions } from './target-input.js';

interface EvaluateOptions extends TargetOptions, HolidayOption {
  readonly horizon: string;
  readonly models?: string;
  readonly trainBins?: string;
  readonly testDays?: string;
  readonly refitEvery?: string;
  readonly seed: string;
  readonly table?: boolean;
  readonly export?: string;
  readonly report?: string;
  readonly json?: boolean;
}

/** `foresail evaluate FILE`: a chronological backtest of forecasters on a request trace or a binned file. */
export function evaluateCommand(): Command {
  return holidayOption(targetOptions(new Command('evaluate')))
    .description('Fits forecasters on the first part of a series and scores them on the rest, bin by bin.')
    .option('--horizon <bins>', 'bins ahead to score, or several as 1,6,12', '1')
    .option('--models <names>', `forecasters to score, default all: ${FORECASTER_NAMES.join(', ')}`)
    .option('--train-bins <n>', 'bins to fit on, from the first (default: 70 %)')
    .option('--test-days <days>', 'days at the end to score on, instead of --train-bins')
    .option('--refit-every <bins>', 'fit every forecaster anew after so many bins (default: fit once)')
    .option('--seed <n>', 'seed of networks and of intervals', '1')
    .option('--table', 'print the scores as a data frame')
    .option('--export <file>', 'write the scores to a .csv, .json or .xlsx file')
    .option('--report <file>', 'write an HTML page: forecasts against what came, error by hour, calibration')
    .option('--json', 'one JSON document on stdout')
    .action(evaluate);
}

async function evaluate(file: string, options: EvaluateOptions): Promise<void> {
  const horizons = listOf(options.horizon).map((text) => wholeNumber('--horizon', text, 1, 1000));
  const names = modelNames(options.models);
  const seed = wholeNumber('--seed', options.seed, 0, Number.MAX_SAFE_INTEGER);
  if (options.export !== undefined) tableEnding(options.export, '--export');
  const input = await readTarget(file, options);
  const { target } = input;
  refuseUnseen(target, file);
  const trainBins = trainBinsOf(target, options);
  const refit = refitEvery(target, options.refitEvery);
  const scores = await withProgress('evaluate', (report) =>
    backtest(target, names, { trainBins, horizons, seed, clock: cpuSeconds, ...refit }, report),
  );
  const evaluation = evaluationOf({ ...input, file, trainBins, ...refit, scores, seed });
  await writeFiles(evaluation, options);
  if (options.json) printJson('evaluate', evaluationDocument(evaluation));
  else if (options.table) print((await frameOf(scoreColumns(evaluation, 5))).toString().trimEnd());
  else printEvaluation(evaluation);
}

async function writeFiles(evaluation: Evaluation, { export: table, report }: EvaluateOptions): Promise<void> {
  if (table !== undefined) await writeTable(scoreColumns(evaluation), table);
  if (report === undefined) return;
  const { evaluationReport } = await import('./evaluate/report.js');
  await writeText(report, await evaluationReport(evaluation));
}

/** A series of missing bins alone has nothing to fit and nothing to score. */
function refuseUnseen({ name, values }: TargetSeries, file: string): void {
  if (values.every(Number.isNaN)) throw new InputError(`${file}: "${name}" has no value in any bin`);
}

function refitEvery({ values }: TargetSeries, text: string | undefined): { refitEvery?: number } {
  return text === undefined ? {} : { refitEvery: wholeNumber('--refit-every', text, 1, values.length) };
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
