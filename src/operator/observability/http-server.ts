import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the operator's HTTP server tells. */
export interface HttpServerOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Whether the operator knows what it is to scale: `/readyz`. */
  readonly isReady: () => boolean;
  /** The page of `/metrics`, in Prometheus' text format; without it there is none. */
  readonly metrics?: () => Promise<string>;
}

/** A running server. */
export interface HttpServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Prometheus' text format. */
const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** What a page answers with. */
type Answer = readonly [status: number, text: string, headers?: Readonly<Record<string, string>>];

/** Serves `/healthz`, `/readyz` and `/metrics` to probes and scrapers. Every other address is 404, every other method than GET and HEAD 405. */
export async function startHttpServer({ host, port, isReady, metrics }: HttpServerOptions): Promise<HttpServer> {
  const pages = new Map<string, () => Answer | Promise<Answer>>([
    ['/healthz', () => [200, 'ok\n']],
    ['/readyz', () => (isReady() ? [200, 'ok\n'] : [503, 'the GoodputScalers are not known yet\n'])],
  ]);
  if (metrics) pages.set('/metrics', async () => [200, await metrics()]);
  const server = createServer((request, response) => {
    answerOf(pages, request)
      .then(([status, text, headers]) =>
        response.writeHead(status, { 'content-type': METRICS_TYPE, ...headers }).end(text),
      )
      .catch(() => response.destroy());
  });
  server.listen(port, host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}

/** Whoever asks may write anything after the method: the address is compared as it stands, and never parsed. */
async function answerOf(
  pages: ReadonlyMap<string, () => Answer | Promise<Answer>>,
  { method = '', url = '' }: IncomingMessage,
): Promise<Answer> {
  const page = pages.get(url.split('?', 1)[0]!);
  if (page === undefined) return [404, `there is ${[...pages.keys()].join(', ')}\n`];
  if (method !== 'GET' && method !== 'HEAD') return [405, 'only GET and HEAD\n', { allow: 'GET, HEAD' }];
  try {
    return await page();
  } catch (error) {
    return [500, `${(error as Error).message}\n`];
  }
}
