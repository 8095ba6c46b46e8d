import path from 'node:path';
import { Command } from 'commander';
import { InputError } from '../base/index.js';
import { FORECASTER_NAMES, modelFolder, saveModel, trainModel, type ModelManifest } from '../forecast/index.js';
import { oneOf, wholeNumber } from './numbers.js';
import { formatNumber, formatTable, print, printJson } from './output.js';
import { withProgress } from './progress.js';
import { holidayOption, readTarget, targetOptions, type HolidayOption, type TargetOptions } from './target-input.js';

interface TrainCommandOptions extends TargetOptions, HolidayOption {
  readonly forecaster: string;
  readonly horizon: string;
  readonly seed: string;
  readonly name: string;
  readonly out?: string;
  readonly json?: boolean;
}

/** The flags that pick a series out of a file; a model remembers them for the next file. */
const SELECTION = ['service', 'model', 'column', 'missingWhere', 'timeZone'] as const;

/** `foresail train FILE`: fits a forecaster and writes it into a folder of its own. */
export function trainCommand(): Command {
  return holidayOption(targetOptions(new Command('train')))
    .description(
      'Scores a forecaster on the last three tenths of a series, fits it on the whole of it, and keeps it in a folder.',
    )
    .option('--forecaster <name>', `what to fit: ${FORECASTER_NAMES.join(', ')}`, 'ensemble')
    .option('--horizon <bins>', 'bins ahead that can be asked of it', '12')
    .option('--name <name>', 'name of the model; foresail forecast takes "default" when none is named', 'default')
    .option('--out <folder>', "the model's folder (default: models/NAME in FORESAIL_DATA or the user's data folder)")
    .option('--seed <n>', 'seed of networks', '1')
    .option('--json', 'one JSON document on stdout')
    .action(train);
}

async function train(file: string, options: TrainCommandOptions): Promise<void> {
  const model = oneOf('--forecaster', FORECASTER_NAMES, options.forecaster);
  const horizon = wholeNumber('--horizon', options.horizon, 1, 1000);
  const seed = wholeNumber('--seed', options.seed, 0, Number.MAX_SAFE_INTEGER);
  const name = modelName(options.name);
  const folder = options.out ?? modelFolder(name, process.env);
  const { target } = await readTarget(file, options);
  const { facts, forecaster } = await withProgress('train', (report) =>
    trainModel(
      target,
      { name, model, horizon, seed, source: path.basename(file), isModelled: false, selection: selectionOf(options) },
      report,
    ),
  );
  const manifest = await saveModel(folder, facts, forecaster);
  if (options.json) printJson('train', { folder, ...manifest, schema: 'foresail.train/1' });
  else printForPeople(folder, manifest);
}

/**
 * A model's name from a flag: it names a folder, so letters, digits, `-`, `_` and dots within.
 *
 * @throws InputError
 */
export function modelName(text: string): string {
  if (/^[A-Za-z0-9_-][\w.-]{0,99}$/.test(text)) return text;
  throw new InputError(`--name must be of letters, digits, - and _, got "${text}"`);
}

function selectionOf(options: TrainCommandOptions): Record<string, string> {
  return Object.fromEntries(
    SELECTION.flatMap((flag) => (options[flag] === undefined ? [] : [[flag, options[flag]] as const])),
  );
}

function printForPeople(folder: string, { name, model, target, trainedOn, scores, state }: ModelManifest): void {
  const days = (trainedOn.toSeconds - trainedOn.fromSeconds) / 86400;
  print(
    `${model} for ${target.name} in bins of ${target.binSeconds} s, fitted on ${trainedOn.bins} bins ` +
      `(${formatNumber(days, 2)} days, ${trainedOn.missingBins} missing) of ${trainedOn.source}`,
  );
  if (scores.length > 0) {
    print(`before that, fitted on the first ${scores[0]!.trainBins} bins and scored on the rest:\n`);
    print(scoreLines(scores));
    print();
  } else print('too short to be scored');
  print(
    `kept as "${name}" in ${folder} (${formatNumber(state.bytes / 1000, 1)} kB, sha256 ${state.sha256.slice(0, 12)}…)`,
  );
}

function scoreLines(scores: ModelManifest['scores']): string {
  const rows = scores.map(({ model, horizon, nmae, nmse, bias, p90Coverage }) => [
    model,
    String(horizon),
    ...[nmae, nmse, bias, p90Coverage].map((value) => formatNumber(value, 4)),
  ]);
  return formatTable(['model', 'horizon', 'NMAE', 'NMSE', 'bias', 'P90 coverage'], rows);
}
