import { InputError } from '../../base/index.js';

/** Version of the model folder's layout; another one is refused. */
export const MANIFEST_SCHEMA = 'foresail.model/1';

/** What a model was trained on. */
export interface TrainingSpan {
  /** The file, or what it is where it has none. */
  readonly source: string;
  /** True where nobody sent the load: it was drawn from a model. */
  readonly isModelled: boolean;
  readonly bins: number;
  readonly missingBins: number;
  /** First and last moment, in seconds from `startEpochSeconds`, or of the file's own clock where there are no dates. */
  readonly fromSeconds: number;
  readonly toSeconds: number;
  /** Mean of the observed bins; null where none was. */
  readonly mean: number | null;
  /** The last bins, at most TAIL_BINS, null where missing: a later stretch of the same series has the same ones. */
  readonly tail: readonly (number | null)[];
}

/** Bins kept in a manifest to tell whether a series is the one that a model was trained on. */
export const TAIL_BINS = 24;

/** How the model did before it was fitted on everything: fitted on `trainBins` bins, scored on the rest. */
export interface ManifestScore {
  readonly model: string;
  readonly horizon: number;
  readonly trainBins: number;
  readonly scoredBins: number;
  readonly nmae: number | null;
  readonly nmse: number | null;
  readonly bias: number | null;
  readonly p90Coverage: number | null;
  readonly p90Pinball: number | null;
}

/** What stands in a model folder's `manifest.json`. */
export interface ModelManifest {
  readonly schema: typeof MANIFEST_SCHEMA;
  readonly name: string;
  /** One sentence for its user. */
  readonly label: string;
  /** One of FORECASTER_NAMES. */
  readonly model: string;
  readonly horizon: number;
  readonly seed: number;
  readonly target: {
    readonly name: string;
    readonly binSeconds: number;
    readonly startEpochSeconds: number | null;
    readonly timeZone: string;
  };
  /** Flags that picked the series out of its file (`service`, `column`, ...), for the next file of the same kind. */
  readonly selection: Readonly<Record<string, string>>;
  readonly features: readonly string[];
  readonly trainedOn: TrainingSpan;
  readonly scores: readonly ManifestScore[];
  /** The forecaster's state, a file in the same folder. */
  readonly state: { readonly file: string; readonly bytes: number; readonly sha256: string };
}

/**
 * Reads a manifest's text; what the program relies on is checked, in the order in which a user would want to know.
 *
 * @param path names the file in messages
 * @throws InputError at another schema, or a field that cannot be used
 */
export function parseManifest(text: string, path: string): ModelManifest {
  const found = parseObject(text, path);
  if (found.schema !== MANIFEST_SCHEMA)
    throw new InputError(
      `${path}: schema must be "${MANIFEST_SCHEMA}" (this version of Foresail), got ${shown(found.schema)}: train the model again`,
    );
  const need = (field: string, rule: string, holds: (value: unknown) => boolean): void => {
    const value = field.split('.').reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), found);
    if (!holds(value)) throw new InputError(`${path}: ${field} must be ${rule}, got ${shown(value)}`);
  };
  for (const field of ['name', 'label', 'model', 'target.name', 'target.timeZone', 'trainedOn.source'])
    need(field, 'a text', isText);
  need('horizon', 'a whole number of at least 1', (value) => isWhole(value, 1));
  need('seed', 'a whole number of at least 0', (value) => isWhole(value, 0));
  need('target.binSeconds', 'a number above 0', (value) => isNumber(value) && value > 0);
  for (const field of ['target.startEpochSeconds', 'trainedOn.mean'])
    need(field, 'a number or null', (value) => value === null || isNumber(value));
  for (const field of ['trainedOn.fromSeconds', 'trainedOn.toSeconds']) need(field, 'a number', isNumber);
  for (const field of ['trainedOn.bins', 'trainedOn.missingBins'])
    need(field, 'a whole number', (value) => isWhole(value, 0));
  need('trainedOn.isModelled', 'true or false', (value) => typeof value === 'boolean');
  need(
    'trainedOn.tail',
    'a list of numbers and nulls',
    (value) => Array.isArray(value) && value.every((bin) => bin === null || isNumber(bin)),
  );
  need('features', 'a list of texts', (value) => Array.isArray(value) && value.every(isText));
  need('selection', 'an object of texts', (value) => isObject(value) && Object.values(value).every(isText));
  need('scores', 'a list of objects', (value) => Array.isArray(value) && value.every(isObject));
  need('state.file', 'the name of a file in the folder', (value) => isText(value) && /^[\w-][\w.-]*$/.test(value));
  need('state.sha256', '64 hexadecimal digits', (value) => isText(value) && /^[0-9a-f]{64}$/.test(value));
  return found as unknown as ModelManifest;
}

function parseObject(text: string, path: string): Record<string, unknown> {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch (cause) {
    throw new InputError(`${path}: is no JSON`, { cause });
  }
  if (!isObject(found)) throw new InputError(`${path}: must be a JSON object, got ${shown(found)}`);
  return found;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string';
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isWhole = (value: unknown, least: number): boolean => Number.isSafeInteger(value) && (value as number) >= least;

function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
