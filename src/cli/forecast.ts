import { existsSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { formatDuration, InputError } from '../base/index.js';
import {
  adoptSeries,
  continueSeries,
  loadModel,
  modelFolder,
  pretrainedFolder,
  QUANTILE_LEVELS,
  quantileOf,
  type Forecast,
  type StoredModel,
} from '../forecast/index.js';
import { TARGET_NAMES } from '../load/index.js';
import { wholeNumber } from './numbers.js';
import { formatNumber, formatTable, print, printJson } from './output.js';
import { readTarget, targetOptions, type TargetOptions } from './target-input.js';

interface ForecastOptions extends TargetOptions {
  readonly from?: string;
  readonly steps?: string;
  readonly json?: boolean;
}

/** A forecast, and what it was made of. */
interface Answer {
  readonly forecast: Forecast;
  /** Start of the first step, from `forecast`'s own second 0; without dates the second of the file's clock. */
  readonly originSeconds: number;
  readonly notes: readonly string[];
}

/** `foresail forecast [FILE]`: what a kept model expects after the end of a series. */
export function forecastCommand(): Command {
  return targetOptions(new Command('forecast'), '[file]')
    .description(
      'Forecasts the bins that follow a series with a model that foresail train has kept; without one, with the model that ' +
        'ships (trained on a modelled week), brought to the level of your series. Without FILE: what follows the training.',
    )
    .option(
      '--from <model>',
      'name of a kept model, its folder, or "pretrained" (default: "default" if it was trained)',
    )
    .option('--steps <bins>', "bins ahead (default: the model's horizon)")
    .option('--json', 'one JSON document on stdout')
    .action(forecast);
}

async function forecast(file: string | undefined, options: ForecastOptions): Promise<void> {
  const model = await loadModel(folderOf(options.from));
  const { manifest } = model;
  const steps =
    options.steps === undefined ? manifest.horizon : wholeNumber('--steps', options.steps, 1, manifest.horizon);
  const answer = file === undefined ? fromTraining(model, steps) : await fromFile(model, file, options, steps);
  if (options.json) printJson('forecast', document(model, answer));
  else printForPeople(model, answer);
}

/** A name is looked for in the data folder; what has a separator, or is a folder here, is a path. */
function folderOf(from: string | undefined): string {
  if (from === 'pretrained') return pretrainedFolder();
  const own = modelFolder(from ?? 'default', process.env);
  if (from === undefined) return existsSync(own) ? own : pretrainedFolder();
  if (path.basename(from) !== from || from.startsWith('.')) return from;
  if (existsSync(own) || !existsSync(from)) return own;
  return from;
}

function fromTraining({ forecaster, manifest }: StoredModel, steps: number): Answer {
  return { forecast: forecaster.forecast(steps), originSeconds: manifest.trainedOn.toSeconds, notes: [] };
}

async function fromFile(model: StoredModel, file: string, options: ForecastOptions, steps: number): Promise<Answer> {
  const { manifest, forecaster } = model;
  const { target } = await readTarget(file, withDefaults(options, manifest));
  if (target.values.every((value) => Number.isNaN(value)))
    throw new InputError(`${file}: has no observed bin to forecast from`);
  const endSeconds = (target.startSeconds ?? 0) + target.values.length * target.binSeconds;
  if (manifest.trainedOn.isModelled) {
    const { scale, forecast } = adoptSeries(model, target, file);
    const note = `your ${target.values.length} bins were appended at the same time of day, times ${formatNumber(scale)} to the level of its training`;
    return { forecast: forecast(steps), originSeconds: endSeconds, notes: [note] };
  }
  const { skipped, gap, appended } = continueSeries(model, target, file);
  const note = `${appended} bins appended, ${skipped} already known, ${gap} missing in between`;
  const end = appended > 0 ? endSeconds + startShift(model, target.startEpochSeconds) : manifest.trainedOn.toSeconds;
  return { forecast: forecaster.forecast(steps), originSeconds: end, notes: [note] };
}

/** From the file's second 0 to the model's. */
function startShift({ manifest }: StoredModel, startEpochSeconds: number | null): number {
  return startEpochSeconds === null ? 0 : startEpochSeconds - (manifest.target.startEpochSeconds ?? 0);
}

/** The flags that the model was trained with stand in for those that are not given. */
function withDefaults(options: ForecastOptions, { selection, target }: StoredModel['manifest']): TargetOptions {
  const isColumn = !TARGET_NAMES.some((name) => name === target.name);
  const bin = options.bin ?? `${target.binSeconds}s`;
  const name = isColumn || options.column !== undefined ? {} : { target: options.target ?? target.name };
  return { ...selection, ...options, bin, ...name };
}

function document({ folder, manifest, forecaster }: StoredModel, { forecast, originSeconds, notes }: Answer): object {
  const { name, label, model, target, trainedOn, state } = manifest;
  const standing = forecaster.standing();
  return {
    model: { name, label, model, folder, isModelled: trainedOn.isModelled, sha256: state.sha256 },
    target: target.name,
    startEpochSeconds: forecast.startEpochSeconds,
    binSeconds: forecast.binSeconds,
    originSeconds,
    notes,
    standing,
    steps: Array.from(forecast.mean, (mean, step) => ({
      atSeconds: step * forecast.binSeconds,
      mean,
      ...Object.fromEntries(QUANTILE_LEVELS.map((level) => [`p${level * 100}`, quantileOf(forecast, level)[step]!])),
    })),
  };
}

function printForPeople({ folder, manifest, forecaster }: StoredModel, answer: Answer): void {
  const { forecast, originSeconds, notes } = answer;
  print(`${manifest.name}: ${manifest.label}`);
  print(`from ${folder}`);
  const { reason, members } = forecaster.standing();
  const benched = members.filter(({ isBenched }) => isBenched).map((member) => member.reason);
  for (const note of [...notes, reason, ...benched]) print(note);
  print(`${manifest.target.name} per ${formatDuration(forecast.binSeconds)}, not above Pxx with xx % chance\n`);
  const levels = QUANTILE_LEVELS.map((level) => quantileOf(forecast, level));
  const rows = Array.from(forecast.mean, (mean, step) => [
    startOf(forecast, originSeconds, step),
    ...[mean, ...levels.map((values) => values[step]!)].map((value) => formatNumber(value, 1)),
  ]);
  print(formatTable(['bin starts', 'mean', ...QUANTILE_LEVELS.map((level) => `P${level * 100}`)], rows));
}

/** With dates the moment in UTC; without, day and time of the file's own clock. */
function startOf({ startEpochSeconds, binSeconds }: Forecast, originSeconds: number, step: number): string {
  if (startEpochSeconds !== null)
    return new Date((startEpochSeconds + step * binSeconds) * 1000).toISOString().replace('.000Z', 'Z');
  const at = originSeconds + step * binSeconds;
  const clock = new Date((at % 86400) * 1000).toISOString().slice(11, 19);
  return `day ${Math.floor(at / 86400)} ${clock}`;
}
