import { readFile } from 'node:fs/promises';
import { InputError } from '../../base/index.js';
import { BURSTGPT_MODEL } from './burstgpt-model.js';
import { MAF_MODEL } from './maf-model.js';
import type { GeneratorModel } from './model.js';

/** The models that ship, by the names that users give. */
export const BUILT_IN_MODELS: Readonly<Record<string, GeneratorModel>> = { burstgpt: BURSTGPT_MODEL, maf: MAF_MODEL };

/** Marks a file as a model, and of which make. */
const SCHEMA = 'foresail.trace-model/1';

/** A model as the text of its file. */
export function modelText(model: GeneratorModel): string {
  return `${JSON.stringify({ schema: SCHEMA, ...model })}\n`;
}

/**
 * A model that ships, by its name, or from its file.
 *
 * @throws InputError when the file is not there, or is no model; the line names the field at fault
 */
export async function readModel(nameOrFile: string): Promise<GeneratorModel> {
  const known = BUILT_IN_MODELS[nameOrFile];
  if (known) return known;
  let text: string;
  try {
    text = await readFile(nameOrFile, 'utf8');
  } catch (cause) {
    const names = Object.keys(BUILT_IN_MODELS).join(', ');
    throw new InputError(`${nameOrFile}: is no file that can be read, and no model that ships (${names})`, { cause });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new InputError(`${nameOrFile}: is not JSON (${(cause as Error).message})`, { cause });
  }
  checkModel(value, nameOrFile);
  return value as GeneratorModel;
}

type Check = (value: unknown, at: string) => void;

function fail(at: string, rule: string, value: unknown): never {
  throw new InputError(`${at} must be ${rule}, got ${JSON.stringify(value ?? null).slice(0, 60)}`);
}

const number =
  (least: number, most = Infinity): Check =>
  (value, at) => {
    if (!(typeof value === 'number' && value >= least && value <= most))
      fail(at, most === Infinity ? `a number of at least ${least}` : `a number from ${least} to ${most}`, value);
  };
const positive: Check = number(Number.MIN_VALUE);
const name: Check = (value, at) => {
  if (typeof value !== 'string' || value === '') fail(at, 'a name', value);
};
const list =
  (item: Check, least: number, most = Infinity): Check =>
  (value, at) => {
    if (!Array.isArray(value) || value.length < least || value.length > most)
      fail(at, least === most ? `a list of ${least}` : `a list of at least ${least}`, value);
    (value as unknown[]).forEach((element, i) => item(element, `${at}[${i}]`));
  };
const object =
  (fields: Readonly<Record<string, Check>>): Check =>
  (value, at) => {
    if (typeof value !== 'object' || value === null) fail(at, 'an object', value);
    for (const [field, check] of Object.entries(fields))
      check((value as Record<string, unknown>)[field], `${at}.${field}`);
  };
const orNull =
  (check: Check): Check =>
  (value, at) => {
    if (value !== null) check(value, at);
  };

const logNormal = object({ median: positive, logDeviation: number(0) });
const wander = object({ logDeviation: number(0), correlation: number(-1, 1) });
const response: Check = (value, at) => {
  const { kind } = (value ?? {}) as { kind?: unknown };
  if (kind === 'line')
    object({
      ...{ shortShare: number(0, 1), short: logNormal, most: number(1) },
      long: object({ base: number(-Infinity), perPromptToken: number(-Infinity), deviation: positive }),
    })(value, at);
  else if (kind === 'quantiles')
    object({ ranges: list(object({ promptBelow: positive, quantiles: list(number(0), 2) }), 1) })(value, at);
  else fail(`${at}.kind`, 'line or quantiles', kind);
};
const share = object({
  ...{ name, share: number(0, 1), failureRate: number(0, 1), response },
  prompt: object({ exponent: number(-10, 10), least: number(1), most: number(1) }),
});
const windows: Check = (value, at) => {
  object({ shape: list(positive, 1), scaleSeconds: list(orNull(positive), 1) })(value, at);
  const { shape, scaleSeconds, zipfExponent } = value as Record<string, unknown[]>;
  if (zipfExponent !== undefined)
    list(number(-10, 10), shape!.length, shape!.length)(zipfExponent, `${at}.zipfExponent`);
  if (shape!.length !== scaleSeconds!.length)
    fail(`${at}.scaleSeconds`, `as long as shape (${shape!.length})`, scaleSeconds!.length);
};
const service = object({
  ...{ name, wander, burstiness: logNormal, models: list(share, 1), windows: orNull(windows) },
  hourly: object({ weekday: list(number(0), 24, 24), weekend: list(number(0), 24, 24) }),
  bursts: orNull(
    object({ perDay: number(0), hours: logNormal, requestsPerHour: logNormal, wander, burstiness: logNormal }),
  ),
  sessions: orNull(object({ shareOfOne: number(0, 1), meanOfOthers: number(2), intervalSeconds: logNormal })),
});

function checkModel(value: unknown, file: string): void {
  if (typeof value !== 'object' || value === null || (value as { schema?: unknown }).schema !== SCHEMA)
    throw new InputError(`${file}: schema must be "${SCHEMA}": this is no model that foresail trace fit wrote`);
  object({ name, firstWeekday: number(0, 6), windowSeconds: positive, services: list(service, 1) })(
    value,
    `${file}: model`,
  );
}
