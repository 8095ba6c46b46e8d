import type { ClientRequest, IncomingMessage } from 'node:http';
import http from 'node:http';
import https from 'node:https';
import { createInterface } from 'node:readline';
import type { KubeConfig } from '@kubernetes/client-node';
import { InputError } from '../../base/index.js';
import { KubeError, type KubeApi, type KubeObject, type KubeRequest, type WatchEvent } from './kube-api.js';

/** How the API server is found and asked. */
export interface ConnectOptions {
  /** A kubeconfig; default: KUBECONFIG, ~/.kube/config, or the service account of the pod. */
  readonly kubeconfig?: string | undefined;
  /** A request without an answer fails after so long; default 15. */
  readonly timeoutSeconds?: number;
}

/** Answers that are longer fail: nothing the operator asks for is. */
const MOST_BYTES = 64 * 2 ** 20;

/**
 * Opens the API server that a kubeconfig or a pod's service account names. Nothing is asked yet.
 *
 * @throws InputError when the kubeconfig cannot be read or names no cluster
 */
export async function connectKube({ kubeconfig, timeoutSeconds = 15 }: ConnectOptions = {}): Promise<KubeApi> {
  const config = await loadConfig(kubeconfig);
  const server = config.getCurrentCluster()?.server;
  if (server === undefined) throw new InputError(`${kubeconfig ?? 'kubeconfig'}: names no current cluster`);
  const agent = new https.Agent({ keepAlive: true, maxSockets: 16 });
  const open = async (request: KubeRequest, accept: string): Promise<ClientRequest> => {
    const url = new URL(server.replace(/\/$/, '') + request.path);
    for (const [name, value] of Object.entries(request.query ?? {}))
      if (value !== undefined) url.searchParams.set(name, String(value));
    const options: https.RequestOptions = { method: request.method, headers: headersOf(request, accept) };
    await config.applyToHTTPSOptions(options);
    const isProxied = config.getCurrentCluster()?.proxyUrl !== undefined;
    if (url.protocol === 'https:' && !isProxied) options.agent = agent; // theirs is a new one for each request
    const { servername, rejectUnauthorized } = tlsOptionsOf(config);
    Object.assign(options, servername && { servername }, rejectUnauthorized === false && { rejectUnauthorized });
    return url.protocol === 'https:' ? https.request(url, options) : http.request(url, options);
  };
  return {
    async send(request) {
      const sending = await open(request, 'application/json');
      const signal = AbortSignal.timeout(timeoutSeconds * 1000);
      const answer = await exchange(sending, request, signal);
      return bodyOf(request, answer, await textOf(request, answer, signal));
    },
    async watch(path, query, onEvent, signal) {
      const request: KubeRequest = { method: 'GET', path, query: { ...query, watch: true } };
      const answer = await exchange(await open(request, 'application/json'), request, signal);
      if (answer.statusCode !== 200) bodyOf(request, answer, await textOf(request, answer, signal));
      await eachEvent(request, answer, onEvent, signal);
    },
  };
}

async function loadConfig(file: string | undefined): Promise<KubeConfig> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  try {
    if (file === undefined) config.loadFromDefault();
    else config.loadFromFile(file);
  } catch (cause) {
    throw new InputError(`${file ?? 'kubeconfig'}: cannot be read (${(cause as Error).message})`, { cause });
  }
  return config;
}

function tlsOptionsOf(config: KubeConfig): { servername?: string; rejectUnauthorized?: boolean } {
  const cluster = config.getCurrentCluster();
  return {
    ...(cluster?.tlsServerName === undefined ? {} : { servername: cluster.tlsServerName }),
    ...(cluster?.skipTLSVerify === true ? { rejectUnauthorized: false } : {}),
  };
}

function headersOf({ method, body }: KubeRequest, accept: string): Record<string, string> {
  const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  return { accept, 'user-agent': 'foresail', ...(body === undefined ? {} : { 'content-type': type }) };
}

/** Sends once a connection stands, so that the guard speaks as late as can be. */
function exchange(sending: ClientRequest, request: KubeRequest, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      signal.removeEventListener('abort', onAbort);
      sending.destroy();
      reject(error);
    };
    const onAbort = (): void => fail(new KubeError(`${nameOf(request)}: no answer in time`, 0));
    const go = (): void => {
      try {
        request.guard?.();
        sending.end(request.body === undefined ? undefined : JSON.stringify(request.body));
      } catch (error) {
        fail(error as Error);
      }
    };
    signal.addEventListener('abort', onAbort);
    sending.on('error', (cause) => fail(new KubeError(`${nameOf(request)}: ${cause.message}`, 0, '', null, { cause })));
    sending.on('response', (answer) => {
      signal.removeEventListener('abort', onAbort);
      resolve(answer);
    });
    sending.on('socket', (socket) => {
      if (!socket.connecting) go();
      else socket.once('encrypted' in socket ? 'secureConnect' : 'connect', go);
    });
  });
}

function textOf(request: KubeRequest, answer: IncomingMessage, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let bytes = 0;
    const fail = (why: string): void => {
      answer.destroy();
      reject(new KubeError(`${nameOf(request)}: ${why}`, 0));
    };
    const onAbort = (): void => fail('the answer took too long');
    signal.addEventListener('abort', onAbort);
    answer.on('data', (part: Buffer) => {
      parts.push(part);
      if ((bytes += part.length) > MOST_BYTES) fail('the answer is too long');
    });
    answer.on('error', (error) => fail(error.message));
    answer.on('close', () => signal.removeEventListener('abort', onAbort));
    answer.on('end', () => resolve(Buffer.concat(parts).toString('utf8')));
  });
}

/** @throws KubeError with what the server said, unless its status is one of success */
function bodyOf(request: KubeRequest, answer: IncomingMessage, text: string): unknown {
  const status = answer.statusCode ?? 0;
  const body = parsed(text);
  if (status >= 200 && status < 300) {
    if (body === undefined && text !== '') throw new KubeError(`${nameOf(request)}: the answer is not JSON`, 0);
    return body;
  }
  const { message, reason } = (body ?? {}) as { message?: string; reason?: string };
  const after = Number(answer.headers['retry-after'] ?? NaN);
  const what = message ?? answer.statusMessage ?? '';
  throw new KubeError(
    `${nameOf(request)}: ${what} (${status})`,
    status,
    reason ?? '',
    Number.isNaN(after) ? null : after,
  );
}

/** Reads a watch line by line; a reader on the stream would otherwise keep lines after an error to itself. */
function eachEvent(
  request: KubeRequest,
  answer: IncomingMessage,
  onEvent: (event: WatchEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (error: Error | null): void => {
      signal.removeEventListener('abort', onAbort);
      answer.destroy();
      if (error) reject(error);
      else resolve();
    };
    const onAbort = (): void => end(null);
    signal.addEventListener('abort', onAbort);
    answer.on('error', (cause) => end(new KubeError(`${nameOf(request)}: ${cause.message}`, 0, '', null, { cause })));
    answer.on('close', () => end(null));
    createInterface(answer).on('line', (line) => {
      try {
        const event = eventOf(request, line);
        if (event !== null) onEvent(event);
      } catch (error) {
        end(error as Error);
      }
    });
  });
}

function eventOf(request: KubeRequest, line: string): WatchEvent | null {
  const event = parsed(line) as { type?: string; object?: unknown } | undefined;
  if (event?.type === 'ERROR') {
    const {
      code = 0,
      message = '',
      reason = '',
    } = (event.object ?? {}) as { code?: number; message?: string; reason?: string };
    throw new KubeError(`${nameOf(request)}: ${message}`, code, reason);
  }
  if (event?.object === undefined || event.type === undefined)
    throw new KubeError(`${nameOf(request)}: the watch told what is no event`, 0);
  return { type: event.type as WatchEvent['type'], object: event.object as KubeObject };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function nameOf({ method, path }: KubeRequest): string {
  return `Kubernetes ${method} ${path}`;
}
