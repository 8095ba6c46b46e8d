import { existsSync } from 'node:fs';
import path from 'node:path';
import { InputError } from '../../base/index.js';
import { loadModel, type ModelManifest } from '../../forecast/index.js';
import { targetOf, type LoadSeries } from '../../load/index.js';
import type { Brain } from './brain.js';
import { endOf } from './join-load.js';
import { emptyTrack } from './track.js';

/** What a kept model must be to serve. */
export interface WantedModel {
  /** What load it must have learned. */
  readonly source: string;
  readonly model: string;
  readonly horizon: number;
  readonly binSeconds: number;
  readonly timeZone: string;
}

/** Share of the bins that both know that may differ, and by how much: samples that came late change a bin a little. */
const MOST_DIFFERING = 0.5;
const DIFFERENCE = 0.1;

/**
 * Loads a kept model and brings it up to date with the load.
 *
 * @returns null where the folder holds no model
 * @throws InputError, one line, when it cannot be read, is of another kind than wanted, or learned another load
 */
export async function restoreModel(folder: string, wanted: WantedModel, load: LoadSeries): Promise<Brain | null> {
  if (!existsSync(path.join(folder, 'manifest.json'))) return null;
  const { manifest, forecaster } = await loadModel(folder);
  checkKind(folder, manifest, wanted);
  const trainedAt = (manifest.target.startEpochSeconds ?? 0) + manifest.trainedOn.toSeconds;
  const { values } = targetOf(load, 'requests');
  const known = Math.round((trainedAt - (load.startEpochSeconds ?? 0)) / load.binSeconds);
  if (known < 0 || known > values.length + manifest.trainedOn.tail.length)
    throw new InputError(`${folder}: ends at ${trainedAt}, outside of the known load`);
  checkTail(folder, manifest.trainedOn.tail, values, known);
  forecaster.update(values.subarray(known));
  return { name: wanted.model, forecaster, trainedAt, fedUntil: Math.max(trainedAt, endOf(load)), track: emptyTrack() };
}

function checkKind(folder: string, { model, horizon, target, trainedOn }: ModelManifest, wanted: WantedModel): void {
  const { binSeconds, timeZone } = target;
  const found = { source: trainedOn.source, model, horizon, binSeconds, timeZone };
  for (const field of ['source', 'model', 'horizon', 'binSeconds', 'timeZone'] as const)
    if (found[field] !== wanted[field])
      throw new InputError(`${folder}: ${field} must be ${wanted[field]}, got ${found[field]}`);
}

/** @throws InputError when most of the last bins of the training are others now */
function checkTail(folder: string, tail: readonly (number | null)[], values: Float64Array, known: number): void {
  const pairs = tail.flatMap((old, i) => {
    const now = values[known - tail.length + i];
    return old === null || now === undefined || Number.isNaN(now) ? [] : [[old, now] as const];
  });
  const differing = pairs.filter(([old, now]) => Math.abs(old - now) > DIFFERENCE * Math.max(1, old, now)).length;
  if (pairs.length > 0 && differing > MOST_DIFFERING * pairs.length)
    throw new InputError(`${folder}: learned another load: ${differing} of the last ${pairs.length} bins differ`);
}
