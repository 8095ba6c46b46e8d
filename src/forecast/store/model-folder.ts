import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { InputError } from '../../base/index.js';
import { makeContested, type ContestedForecaster } from '../champion.js';
import { HOLIDAY } from '../features/index.js';
import type { Forecaster } from '../forecaster.js';
import { featuresOf, FORECASTER_NAMES } from '../registry.js';
import { MANIFEST_SCHEMA, parseManifest, type ModelManifest } from './manifest.js';

/** A manifest without what only the folder knows. */
export type ModelFacts = Omit<ModelManifest, 'schema' | 'state'>;

/** A model as its folder has it, ready to take in bins and to forecast. */
export interface StoredModel {
  readonly folder: string;
  readonly manifest: ModelManifest;
  readonly forecaster: ContestedForecaster;
}

const MANIFEST = 'manifest.json';
/** A state file larger than this, unpacked, is refused before it fills the memory. */
const MOST_BYTES = 1 << 29;

/**
 * Writes a model's folder, or replaces the model in it. The state goes first, under a name that holds its hash; the manifest that
 * names it comes last and in one step, so that a reader never sees half a model.
 *
 * @throws InputError when the folder holds files but no model, or cannot be written
 */
export async function saveModel(folder: string, facts: ModelFacts, forecaster: Forecaster): Promise<ModelManifest> {
  const packed = gzipSync(forecaster.save(), { level: 9 });
  const sha256 = hashOf(packed);
  const file = `forecaster-${sha256.slice(0, 12)}.json.gz`;
  const manifest: ModelManifest = {
    schema: MANIFEST_SCHEMA,
    ...facts,
    state: { file, bytes: packed.length, sha256 },
  };
  try {
    await mkdir(folder, { recursive: true });
    const before = await readdir(folder);
    if (before.length > 0 && !before.includes(MANIFEST))
      throw new InputError(`${folder}: holds files but no model; choose an empty or a new folder`);
    await writeFile(path.join(folder, file), packed);
    const draft = path.join(folder, `${MANIFEST}.new`);
    await writeFile(draft, `${JSON.stringify(manifest, null, 2)}\n`);
    await rename(draft, path.join(folder, MANIFEST));
    const old = before.filter((name) => /^forecaster-[0-9a-f]{12}\.json\.gz$/.test(name) && name !== file);
    for (const name of old) await rm(path.join(folder, name));
  } catch (error) {
    throw readable(error, folder, 'write a model');
  }
  return manifest;
}

/**
 * Reads a model's folder.
 *
 * @throws InputError, one line, when there is no model, its layout is of another version, its forecaster is not known or reads
 *   other features here, its state is not the file that was written (sha256), or cannot be restored
 */
export async function loadModel(folder: string): Promise<StoredModel> {
  const manifest = await readManifest(folder);
  const file = path.join(folder, manifest.state.file);
  const packed = await readFile(file).catch((error: unknown) => {
    throw readable(error, file, 'read a model');
  });
  const sha256 = hashOf(packed);
  if (sha256 !== manifest.state.sha256)
    throw new InputError(`${file}: sha256 must be ${manifest.state.sha256}, got ${sha256}: the file was changed`);
  const forecaster = makeContested(manifest.model, { horizon: manifest.horizon, seed: manifest.seed });
  try {
    forecaster.restore(gunzipSync(packed, { maxOutputLength: MOST_BYTES }));
  } catch (cause) {
    throw new InputError(`${file}: cannot be restored (${messageOf(cause)}): train the model again`, { cause });
  }
  return { folder, manifest, forecaster };
}

/**
 * The manifest of a model's folder, held against what this version can run; the state is not read.
 *
 * @throws InputError as `loadModel`
 */
export async function readManifest(folder: string): Promise<ModelManifest> {
  const file = path.join(folder, MANIFEST);
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw codeOf(error) === 'ENOENT'
      ? new InputError(`${folder}: holds no model (no ${MANIFEST})`)
      : readable(error, file, 'read a model');
  });
  const manifest = parseManifest(text, file);
  if (!FORECASTER_NAMES.includes(manifest.model))
    throw new InputError(`${file}: model must be one of ${FORECASTER_NAMES.join(', ')}, got "${manifest.model}"`);
  checkFeatures(manifest, file);
  return manifest;
}

function checkFeatures({ model, features }: ModelManifest, file: string): void {
  const wanted = featuresOf(model, features.at(-1) === HOLIDAY ? { holidays: [] } : {});
  const length = Math.max(wanted.length, features.length);
  for (let i = 0; i < length; i++) {
    if (wanted[i] === features[i]) continue;
    throw new InputError(
      `${file}: feature ${i + 1} of ${model} must be ${wanted[i] ?? 'none'}, got ${features[i] ?? 'none'}: train the model again`,
    );
  }
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]!;
}

function readable(error: unknown, where: string, what: string): Error {
  if (error instanceof InputError) return error;
  return new InputError(`${where}: cannot ${what} there (${codeOf(error) ?? messageOf(error)})`, { cause: error });
}
