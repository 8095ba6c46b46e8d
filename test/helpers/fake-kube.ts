import {
  KubeError,
  type KubeApi,
  type KubeObject,
  type KubeRequest,
  type WatchEvent,
} from '../../src/operator/kube/kube-api.js';

type Json = Record<string, unknown>;

/** A fault to answer the next requests that match with. */
interface Fault {
  readonly matches: (request: KubeRequest) => boolean;
  readonly error: KubeError;
  times: number;
}

interface Watching {
  readonly path: string;
  readonly onEvent: (event: WatchEvent) => void;
  readonly end: (error: Error | null) => void;
}

/** An API server in memory: objects by their paths, resource versions, the scale and status subresources, watches. */
export interface FakeKube extends KubeApi {
  /** Every request that was no GET and got through, oldest first. */
  readonly writes: { method: string; path: string; body: Json }[];
  /** Every request, as `GET /path`. */
  readonly requests: string[];
  readonly watches: readonly Watching[];
  /** Puts an object there, as another client would. */
  put(path: string, object: Json): KubeObject;
  remove(path: string): void;
  get(path: string): KubeObject | undefined;
  /** Answers the next `times` requests of this method whose path matches with a refusal. */
  fail(method: string, path: RegExp, status: number, times?: number, retryAfterSeconds?: number): void;
  /** Ends every watch, as the server or the network may: null as if its time was over. */
  cutWatches(error: Error | null): void;
  /** Tells watches how far they have come. */
  bookmark(): void;
}

const REASONS: Record<number, string> = { 403: 'Forbidden', 404: 'NotFound', 409: 'Conflict', 410: 'Expired' };

/** A refusal as the API server would give it. */
export function refusal(status: number, retryAfterSeconds: number | null = null): KubeError {
  return new KubeError(`injected ${status}`, status, REASONS[status] ?? '', retryAfterSeconds);
}

/** An empty API server that serves Deployments, LeaderWorkerSets and whatever is put there. */
export function fakeKube(): FakeKube {
  const objects = new Map<string, Json>();
  const faults: Fault[] = [];
  const watches: Watching[] = [];
  const writes: FakeKube['writes'] = [];
  const requests: string[] = [];
  let version = 100;

  const tell = (type: WatchEvent['type'], path: string, object: Json): void => {
    for (const one of [...watches])
      if (isWithin(one.path, path)) one.onEvent({ type, object: structuredClone(object) as unknown as KubeObject });
  };
  const store = (path: string, object: Json): KubeObject => {
    const metadata = { ...(object.metadata as Json), resourceVersion: String(++version) };
    const stored = { ...object, metadata };
    const type = objects.has(path) ? 'MODIFIED' : 'ADDED';
    objects.set(path, stored);
    tell(type, path, stored);
    return structuredClone(stored) as unknown as KubeObject;
  };
  const known = (path: string): Json => {
    const object = objects.get(path);
    if (object === undefined) throw refusal(404);
    return object;
  };
  const checkVersion = (object: Json, body: Json): void => {
    const wanted = (body.metadata as Json | undefined)?.resourceVersion;
    if (wanted !== undefined && wanted !== (object.metadata as Json).resourceVersion) throw refusal(409);
  };
  const list = (path: string, selector: string): Json => {
    const items = [...objects].filter(([key]) => isWithin(path, key)).map(([, object]) => object);
    const chosen = items.filter((object) => hasLabels(object, selector));
    return structuredClone({ items: chosen, metadata: { resourceVersion: String(version) } });
  };
  const get = ({ path, query }: KubeRequest): Json => {
    if (KINDS[path]) return { resources: KINDS[path] };
    if (path.endsWith('/scale')) return scaleOf(known(path.slice(0, -'/scale'.length)));
    const object = objects.get(path);
    if (object !== undefined) return structuredClone(object);
    if (isCollection(path)) return list(path, String(query?.labelSelector ?? ''));
    throw refusal(404);
  };
  const write = ({ method, path, body }: KubeRequest): unknown => {
    const change = structuredClone((body ?? {}) as Json);
    if (method === 'POST') {
      const key = `${path}/${(change.metadata as Json).name as string}`;
      if (objects.has(key)) throw refusal(409);
      return store(key, change);
    }
    const part = path.endsWith('/scale') ? 'scale' : path.endsWith('/status') ? 'status' : null;
    const key = part === null ? path : path.slice(0, -part.length - 1);
    const object = known(key);
    checkVersion(object, change);
    if (part === 'status') return store(key, { ...object, status: change.status });
    if (method === 'PUT') return store(key, change);
    const patched = merge(object, change);
    return part === 'scale' ? scaleOf(store(key, patched)) : store(key, patched);
  };
  return {
    writes,
    requests,
    watches,
    put: store,
    get: (path) => objects.get(path) as KubeObject | undefined,
    remove(path) {
      const object = known(path);
      objects.delete(path);
      version++;
      tell('DELETED', path, {
        ...object,
        metadata: { ...(object.metadata as Json), resourceVersion: String(version) },
      });
    },
    fail(method, path, status, times = 1, retryAfterSeconds) {
      const matches = (request: KubeRequest): boolean => request.method === method && path.test(request.path);
      faults.push({ matches, error: refusal(status, retryAfterSeconds ?? null), times });
    },
    cutWatches(error) {
      for (const one of [...watches]) one.end(error);
    },
    bookmark() {
      const object = { metadata: { name: '', resourceVersion: String(version) } };
      for (const one of watches) one.onEvent({ type: 'BOOKMARK', object });
    },
    async send(request) {
      await Promise.resolve();
      requests.push(`${request.method} ${request.path}`);
      request.guard?.();
      const fault = faults.find((one) => one.times > 0 && one.matches(request));
      if (fault) {
        fault.times--;
        throw fault.error;
      }
      if (request.method === 'GET') return get(request);
      const answer = write(request);
      writes.push({ method: request.method, path: request.path, body: request.body as Json });
      return answer;
    },
    async watch(path, query, onEvent, signal) {
      await Promise.resolve();
      requests.push(`WATCH ${path} from ${query.resourceVersion}`);
      const fault = faults.find((one) => one.times > 0 && one.matches({ method: 'GET', path: `${path}?watch` }));
      if (fault) {
        fault.times--;
        throw fault.error;
      }
      await new Promise<void>((resolve, reject) => {
        const one: Watching = {
          path,
          onEvent,
          end(error) {
            watches.splice(watches.indexOf(one), 1);
            if (error) reject(error);
            else resolve();
          },
        };
        watches.push(one);
        signal.addEventListener('abort', () => watches.includes(one) && one.end(null));
      });
    },
  };
}

const KINDS: Record<string, { name: string; kind: string }[]> = {
  '/apis/apps/v1': [
    { name: 'deployments/scale', kind: 'Scale' },
    { name: 'deployments', kind: 'Deployment' },
  ],
  '/apis/leaderworkerset.x-k8s.io/v1': [{ name: 'leaderworkersets', kind: 'LeaderWorkerSet' }],
};

function isCollection(path: string): boolean {
  return ['pods', 'horizontalpodautoscalers', 'goodputscalers', 'events'].includes(path.split('/').at(-1)!);
}

function isWithin(collection: string, path: string): boolean {
  const plural = collection.split('/').at(-1)!;
  const [root] = collection.split(`/${plural}`);
  return path.startsWith(`${root}/`) && path.split('/').at(-2) === plural;
}

function hasLabels(object: Json, selector: string): boolean {
  const labels = ((object.metadata as Json).labels ?? {}) as Record<string, string>;
  const pairs = selector.split(',').filter((pair) => pair !== '');
  return pairs.every((pair) => labels[pair.split('=')[0]!] === pair.split('=')[1]);
}

function scaleOf({ metadata, spec, status }: Json): Json {
  const { name, namespace, resourceVersion } = metadata as Json;
  const { replicas, selector } = spec as { replicas: number; selector?: { matchLabels?: Record<string, string> } };
  const text = Object.entries(selector?.matchLabels ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  return {
    kind: 'Scale',
    metadata: { name, namespace, resourceVersion },
    spec: { replicas },
    status: { replicas: (status as Json | undefined)?.replicas ?? 0, selector: text },
  };
}

/** A merge patch: null takes a field away, arrays are replaced. */
function merge(object: Json, change: Json): Json {
  const patched = Object.entries(change).map(([key, value]): [string, unknown] =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? [key, merge((object[key] ?? {}) as Json, value as Json)]
      : [key, value],
  );
  const merged = Object.entries({ ...object, ...Object.fromEntries(patched) });
  return Object.fromEntries(merged.filter(([, value]) => value !== null));
}
