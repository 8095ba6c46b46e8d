import { mkdir, readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import type { Logger } from 'pino';
import { InputError, packageFile } from '../base/index.js';
import { openStore } from '../store/index.js';
import { openWorkers } from './answers/workers.js';
import { openApp } from './http/app.js';
import { openMetrics } from './http/metrics.js';
import { isLoopback } from './http/tokens.js';
import { openService, type ServiceOptions } from './service.js';

/** How the service is started; all but the folder has a default. */
export interface StartOptions extends Partial<
  Pick<ServiceOptions, 'mostWaiting' | 'uploadBytes' | 'unpackedBytes' | 'mostTraces' | 'live'>
> {
  /** Database and uploads; made where it is missing. */
  readonly dataFolder: string;
  readonly host?: string;
  /** 0: any free one. */
  readonly port?: number;
  /** None, the default: loopback only. */
  readonly tokens?: readonly string[];
  /** Threads for jobs; default: one fewer than cores, at least 1. */
  readonly jobThreads?: number;
  /** Threads for quick questions; default: one for each core, at most 4. */
  readonly quickThreads?: number;
  /** Requests per minute and token; default 1,200. */
  readonly requestsPerMinute?: number;
  readonly log?: Logger;
  /** Unix seconds. */
  readonly clock?: () => number;
}

/** A running service. */
export interface RunningService {
  readonly url: string;
  readonly port: number;
  /** Resolves when the server is down. */
  readonly ended: Promise<'drained' | 'closed'>;
  /** Finishes the requests in flight, leaves jobs for the next start, and stops. */
  readonly drain: () => void;
  readonly close: () => void;
}

const REQUEST_MS = 120_000;

/**
 * Starts the what-if service.
 *
 * @throws InputError when the address cannot be had, or is no loopback one and there are no tokens
 */
export async function startService(options: StartOptions): Promise<RunningService> {
  const { host = '127.0.0.1', port = 0, tokens = [], clock = () => Date.now() / 1000 } = options;
  if (tokens.length === 0 && !isLoopback(host))
    throw new InputError(`--host ${host} can be reached from elsewhere: give tokens (--token-file or FORESAIL_TOKENS)`);
  const log = options.log ?? (await import('pino')).pino({ enabled: false });
  await mkdir(options.dataFolder, { recursive: true, mode: 0o700 });
  const cores = availableParallelism();
  const { jobThreads = Math.max(1, cores - 1), quickThreads = Math.min(4, cores) } = options;
  const workers = openWorkers(jobThreads, quickThreads);
  const metrics = await openMetrics(() => ({ waiting: service.jobs.waiting(), running: service.jobs.running() }));
  const store = await openStore(path.join(options.dataFolder, 'foresail.sqlite'));
  const service = await openService({ ...options, store, workers, clock, log, onState: metrics.onState });
  let phase: 'ready' | 'draining' = 'ready';
  const app = await openApp({
    ...{ service, metrics, log, tokens, version: await version(), isReady: () => phase === 'ready' },
    requestsPerMinute: options.requestsPerMinute ?? 1200,
    pageFolder: packageFile('dist/page'),
  });
  const server = createServer(
    { requestTimeout: REQUEST_MS, headersTimeout: 10_000, maxHeaderSize: 16_384, keepAliveTimeout: 65_000 },
    app,
  );
  const bound = await listen(server, port, host);
  let why = 'closed' as 'drained' | 'closed';
  const ended = new Promise<typeof why>((resolve, reject) => {
    server.once('close', () => {
      service.close().then(() => resolve(why), reject);
    });
  });
  return {
    ...{ url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`, port: bound, ended },
    drain() {
      why = 'drained';
      phase = 'draining';
      server.close();
      server.closeIdleConnections();
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function version(): Promise<string> {
  return (JSON.parse(await readFile(packageFile('package.json'), 'utf8')) as { version: string }).version;
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) =>
      reject(new InputError(`cannot listen on ${host}:${port}: ${cause.message}`, { cause })),
    );
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}
