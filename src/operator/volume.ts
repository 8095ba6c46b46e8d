import { readdirSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../base/index.js';
import { openStore, type Store } from '../store/index.js';
import type { Log } from './controller.js';
import type { GoodputScaler } from './resource.js';

/** What is kept of GoodputScalers, each by its key `namespace/name`: models in folders, samples of pods in a database. */
export interface Volume {
  readonly store: Store;
  /** The folder of the models of a GoodputScaler. */
  modelFolder(scaler: GoodputScaler): string;
  /**
   * The collection of the samples of a GoodputScaler, named by all that they mean: bins of another width, another model, or a GoodputScaler of
   * the same name that was there before have others, and those are removed.
   */
  samplesOf(scaler: GoodputScaler): string;
  /** Removes everything that is kept of a GoodputScaler. */
  forget(key: string): void;
  /** The same of all but these; what is kept of other namespaces than are served is left alone. */
  forgetAllBut(keys: ReadonlySet<string>, served: readonly string[]): void;
  close(): void;
}

/**
 * Opens the volume in a folder, or makes it. What cannot be removed from it, as when the disk is full, is logged and no reason to stop.
 *
 * @throws InputError when the folder cannot be made or written
 */
export async function openVolume(folder: string, log: Pick<Log, 'warn'>): Promise<Volume> {
  const models = path.join(folder, 'models');
  let store: Store;
  try {
    await mkdir(models, { recursive: true });
    store = await openStore(path.join(folder, 'samples.db'));
  } catch (cause) {
    throw new InputError(`${folder}: cannot be written (${(cause as Error).message})`, { cause });
  }
  const attempt = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      log.warn({ error: (error as Error).message }, 'what is kept for nothing could not be removed from the volume');
    }
  };
  const dropSamples = (key: string, but?: string): void => {
    for (const collection of store.collections())
      if (collection.startsWith(`${key}/`) && collection !== but) store.drop(collection);
  };
  const forget = (key: string): void => {
    dropSamples(key);
    rmSync(path.join(models, ...key.split('/')), { recursive: true, force: true });
  };
  return {
    store,
    modelFolder: ({ metadata }) => path.join(models, metadata.namespace, metadata.name),
    samplesOf({ metadata, spec }) {
      const key = `${metadata.namespace}/${metadata.name}`;
      const collection = `${key}/${metadata.uid}/${spec.load.bin}s/${spec.model}`;
      attempt(() => dropSamples(key, collection));
      return collection;
    },
    forget: (key) => attempt(() => forget(key)),
    forgetAllBut: (keys, served) =>
      attempt(() => {
        const isServed = (key: string): boolean => served.length === 0 || served.includes(key.split('/')[0]!);
        for (const key of keysIn(store, models)) if (isServed(key) && !keys.has(key)) forget(key);
      }),
    close: () => store.close(),
  };
}

/** GoodputScalers of which something is kept. */
function keysIn(store: Store, models: string): ReadonlySet<string> {
  const sampled = store.collections().map((collection) => collection.split('/').slice(0, 2).join('/'));
  const learned = foldersIn(models).flatMap((namespace) =>
    foldersIn(path.join(models, namespace)).map((name) => `${namespace}/${name}`),
  );
  return new Set([...sampled, ...learned]);
}

function foldersIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
}
