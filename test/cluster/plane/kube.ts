import { readFileSync } from 'node:fs';
import { Agent, request, type RequestOptions } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { parse } from 'yaml';

/** An object of the API, as JSON gives it; the tests say what they expect of it. */
export interface KubeObject {
  apiVersion?: string;
  kind?: string;
  metadata: Record<string, unknown> & {
    name: string;
    namespace?: string;
    uid?: string;
    resourceVersion?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    deletionTimestamp?: string;
    generation?: number;
  };
  [field: string]: unknown;
}

/** One event of a watch. */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: KubeObject;
}

/** What the API server answered instead of doing it. */
export class KubeError extends Error {
  constructor(
    readonly code: number,
    readonly reason: string,
    message: string,
  ) {
    super(`${code} ${reason}: ${message}`);
  }
}

/** The API server by plain HTTPS: the tests' own eye and hand, and none of the operator's code. */
export interface Kube {
  readonly get: (path: string) => Promise<KubeObject>;
  readonly list: (path: string) => Promise<KubeObject[]>;
  /** Creates an object below a collection's path. */
  readonly create: (path: string, body: object) => Promise<KubeObject>;
  /** Merge-patches; `path` may end in a subresource. */
  readonly patch: (path: string, body: object) => Promise<KubeObject>;
  readonly put: (path: string, body: object) => Promise<KubeObject>;
  readonly remove: (path: string, body?: object) => Promise<KubeObject>;
  /** Lists and follows a collection until the signal; starts anew when the server goes away. */
  readonly follow: (path: string, seen: (event: WatchEvent) => void, signal: AbortSignal) => Promise<void>;
}

interface Config {
  readonly clusters: [{ cluster: { server: string; 'certificate-authority-data': string } }];
  readonly users: [{ user: { 'client-certificate-data': string; 'client-key-data': string } }];
}

/** A client with a kubeconfig's certificate. */
export function kubeOf(kubeconfig: string): Kube {
  const config = parse(readFileSync(kubeconfig, 'utf8')) as Config;
  const { server, 'certificate-authority-data': ca } = config.clusters[0].cluster;
  const { user } = config.users[0];
  const decode = (text: string): Buffer => Buffer.from(text, 'base64');
  const agent = new Agent({
    keepAlive: true,
    ca: decode(ca),
    cert: decode(user['client-certificate-data']),
    key: decode(user['client-key-data']),
  });
  const ask = (method: string, path: string, body?: object): Promise<KubeObject> =>
    call(server + path, { method, agent, headers: headersOf(method) }, body);
  const list = async (path: string): Promise<KubeObject[]> => (await ask('GET', path)).items as KubeObject[];
  return {
    get: (path) => ask('GET', path),
    list,
    create: (path, body) => ask('POST', path, body),
    patch: (path, body) => ask('PATCH', path, body),
    put: (path, body) => ask('PUT', path, body),
    remove: (path, body) => ask('DELETE', path, body),
    follow: (path, seen, signal) => follow(server + path, agent, seen, signal),
  };
}

function headersOf(method: string): Record<string, string> {
  return { 'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json' };
}

async function call(url: string, options: RequestOptions, body?: object): Promise<KubeObject> {
  const answer = await open(url, { ...options, timeout: 20_000 }, body);
  let text = '';
  for await (const chunk of answer.setEncoding('utf8')) text += chunk as string;
  const code = answer.statusCode ?? 0;
  if (code < 300) return JSON.parse(text) as KubeObject;
  const status = text.startsWith('{') ? (JSON.parse(text) as { reason?: string; message?: string }) : { message: text };
  throw new KubeError(code, status.reason ?? '', status.message ?? '');
}

function open(url: string, options: RequestOptions, body?: object): Promise<IncomingMessage> {
  const text = body === undefined ? '' : JSON.stringify(body);
  // Node gives a DELETE no length by itself, and its body would be taken for the next request.
  const headers = { ...(options.headers as Record<string, string>), 'content-length': Buffer.byteLength(text) };
  return new Promise((resolve, reject) => {
    const sent = request(url, { ...options, headers }, resolve);
    sent.on('error', reject).on('timeout', () => sent.destroy(new Error(`no answer within 20 s: ${url}`)));
    sent.end(text);
  });
}

async function follow(
  url: string,
  agent: Agent,
  seen: (event: WatchEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const all = await call(url, { agent });
      for (const object of all.items as KubeObject[]) seen({ type: 'ADDED', object });
      const { resourceVersion } = all.metadata;
      const stream = await open(`${url}?watch=1&resourceVersion=${resourceVersion ?? ''}`, { agent, signal });
      if (stream.statusCode !== 200) stream.destroy();
      for await (const line of createInterface({ input: stream })) seen(JSON.parse(line) as WatchEvent);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 200)); // the server restarts: list again
    }
  }
}
