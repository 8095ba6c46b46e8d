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

/**
 * Keeps a collection: lists it, watches on from there with bookmarks, and goes on where a watch ended. It lists anew when the
 * server no longer knows the place (410), and what is gone meanwhile is told as deleted.
 */
export function openReflector(options: ReflectorOptions): Reflector {
  const { api, path, clock, random, onTrouble, silenceSeconds = 150, watchSeconds = 300 } = options;
  const objects = new Map<string, KubeObject>();
  const stopping = new AbortController();
  let version: string | null = null;
  let isSynced = false;

  const put = (object: KubeObject): void => {
    const key = keyOf(object);
    const previous = objects.get(key);
    objects.set(key, object);
    if (previous?.metadata.resourceVersion !== object.metadata.resourceVersion) options.onChange(object, previous);
  };
  const remove = (object: KubeObject): void => {
    if (objects.delete(keyOf(object))) options.onDelete(object);
  };
  const list = async (): Promise<string> => {
    const { items, resourceVersion } = await listAll(api, path);
    const present = new Set(items.map(keyOf));
    for (const [key, object] of [...objects]) if (!present.has(key)) remove(object);
    items.forEach(put);
    isSynced = true;
    return resourceVersion;
  };
  const onEvent = ({ type, object }: WatchEvent): void => {
    version = object.metadata.resourceVersion ?? version;
    if (type === 'DELETED') remove(object);
    else if (type !== 'BOOKMARK') put(object);
  };
  const watchOn = async (from: string): Promise<void> => {
    const seconds = Math.round(watchSeconds * (1 + random()));
    const query = { resourceVersion: from, allowWatchBookmarks: true, timeoutSeconds: seconds };
    await watchWhileTold({ api, clock, silenceSeconds, signal: stopping.signal }, path, query, onEvent);
  };
  const run = async (): Promise<void> => {
    for (let failures = 0; !stopping.signal.aborted;) {
      const startedAt = clock.now();
      try {
        version ??= await list();
        await watchOn(version);
        failures = 0;
        await sleep(clock, Math.max(0, startedAt + 1 - clock.now()), stopping.signal); // a watch may end at once, again and again
      } catch (error) {
        if (hasStatus(error, 410)) version = null;
        failures = clock.now() - startedAt > 60 ? 1 : failures + 1;
        onTrouble?.(error as Error);
        await sleep(clock, backoffSeconds(failures, 0.5, 30, random), stopping.signal);
      }
    }
  };
  const running = run();
  return {
    objects,
    isSynced: () => isSynced,
    async stop() {
      stopping.abort();
      await running;
    },
  };
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
  { api, clock, silenceSeconds, signal }: { api: KubeApi; clock: Clock; silenceSeconds: number; signal: AbortSignal },
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
