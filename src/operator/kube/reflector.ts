import type { Clock } from '../../vllm/index.js';
import { hasStatus, type KubeApi, type KubeObject, type WatchEvent } from './kube-api.js';
import { backoffSeconds, sleep } from './timers.js';

/** What a reflector tells of the collection that it keeps. */
export interface ReflectorOptions {
  readonly api: KubeApi;
  /** The collection's path. */
  readonly path: string;
  readonly clock: Clock;
  readonly random: () => number;
  /** An object came or changed; `previous` is what it was. */
  readonly onChange: (object: KubeObject, previous: KubeObject | undefined) => void;
  readonly onDelete: (object: KubeObject) => void;
  /** The whole collection was listed: what is not among `objects` is not there. */
  readonly onListed?: () => void;
  /** Listing or watching failed; it is tried again by itself. */
  readonly onTrouble?: (error: Error) => void;
  /** A watch that tells nothing for so long, not even a bookmark, is taken to be dead; default 150. */
  readonly silenceSeconds?: number;
  /** The server ends a watch after about so long; default 300. */
  readonly watchSeconds?: number;
}

/** A collection kept up to date. */
export interface Reflector {
  /** The objects as they were last told, by `namespace/name`. */
  readonly objects: ReadonlyMap<string, KubeObject>;
  /** Whether the whole collection was listed at least once. */
  isSynced(): boolean;
  stop(): Promise<void>;
}

/** Objects of one answer to a list; the rest follows. */
const PAGE = 500;

/** The key of an object in a reflector and in the work queue. */
export function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}

/** A collection as it is kept. */
interface Kept {
  readonly options: ReflectorOptions;
  readonly objects: Map<string, KubeObject>;
  readonly stopping: AbortController;
  /** Where to watch on from; null: list first. */
  version: string | null;
  isSynced: boolean;
}

/**
 * Keeps a collection: lists it, watches on from there with bookmarks, and goes on where a watch ended. It lists anew when the
 * server no longer knows the place (410), and what is gone meanwhile is told as deleted.
 */
export function openReflector(options: ReflectorOptions): Reflector {
  const stopping = new AbortController();
  const kept: Kept = { options, objects: new Map(), stopping, version: null, isSynced: false };
  const running = keepOn(kept);
  return {
    objects: kept.objects,
    isSynced: () => kept.isSynced,
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

async function keepOn(kept: Kept): Promise<void> {
  const { clock, random, onTrouble } = kept.options;
  const { signal } = kept.stopping;
  for (let failures = 0; !signal.aborted;) {
    const startedAt = clock.now();
    try {
      kept.version ??= await list(kept);
      await watchOn(kept, kept.version);
      failures = 0;
      await sleep(clock, Math.max(0, startedAt + 1 - clock.now()), signal); // a watch may end at once, again and again
    } catch (error) {
      if (hasStatus(error, 410)) kept.version = null;
      failures = clock.now() - startedAt > 60 ? 1 : failures + 1;
      onTrouble?.(error as Error);
      await sleep(clock, backoffSeconds(failures, 0.5, 30, random), signal);
    }
  }
}

async function list(kept: Kept): Promise<string> {
  const { items, resourceVersion } = await listAll(kept.options.api, kept.options.path);
  const present = new Set(items.map(keyOf));
  for (const [key, object] of [...kept.objects]) if (!present.has(key)) remove(kept, object);
  for (const object of items) put(kept, object);
  kept.isSynced = true;
  kept.options.onListed?.();
  return resourceVersion;
}

function watchOn(kept: Kept, from: string): Promise<void> {
  const { path, random, watchSeconds = 300 } = kept.options;
  const query = {
    resourceVersion: from,
    allowWatchBookmarks: true,
    timeoutSeconds: Math.round(watchSeconds * (1 + random())),
  };
  return watchWhileTold(kept, path, query, ({ type, object }) => {
    kept.version = object.metadata.resourceVersion ?? kept.version;
    if (type === 'DELETED') remove(kept, object);
    else if (type !== 'BOOKMARK') put(kept, object);
  });
}

function put({ objects, options }: Kept, object: KubeObject): void {
  const key = keyOf(object);
  const previous = objects.get(key);
  objects.set(key, object);
  if (previous?.metadata.resourceVersion !== object.metadata.resourceVersion) options.onChange(object, previous);
}

function remove({ objects, options }: Kept, object: KubeObject): void {
  if (objects.delete(keyOf(object))) options.onDelete(object);
}

/** Every object of a collection, page by page. */
export async function listAll(
  api: KubeApi,
  path: string,
  query: Readonly<Record<string, string>> = {},
): Promise<{ items: KubeObject[]; resourceVersion: string }> {
  const items: KubeObject[] = [];
  for (let page: string | undefined; ;) {
    const answer = (await api.send({ method: 'GET', path, query: { ...query, limit: PAGE, continue: page } })) as {
      items?: KubeObject[];
      metadata?: { resourceVersion?: string; continue?: string };
    };
    items.push(...(answer.items ?? []));
    page = answer.metadata?.continue;
    if (!page) return { items, resourceVersion: answer.metadata?.resourceVersion ?? '' };
  }
}

/** A watch that is ended when it has told nothing for too long: a connection may be dead without a word. */
async function watchWhileTold(
  { options: { api, clock, silenceSeconds = 150 }, stopping: { signal } }: Kept,
  path: string,
  query: Readonly<Record<string, string | number | boolean>>,
  onEvent: (event: WatchEvent) => void,
): Promise<void> {
  const silent = new AbortController();
  let cancel = clock.at(clock.now() + silenceSeconds, () => silent.abort());
  try {
    await api.watch(
      path,
      query,
      (event) => {
        cancel();
        cancel = clock.at(clock.now() + silenceSeconds, () => silent.abort());
        onEvent(event);
      },
      AbortSignal.any([signal, silent.signal]),
    );
  } finally {
    cancel();
  }
}
