import { once } from 'node:events';
import { createServer } from 'node:http';
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

/** Serves `/healthz`, `/readyz` and `/metrics` to probes and scrapers; everything else is 404. */
export async function startHttpServer({ host, port, isReady, metrics }: HttpServerOptions): Promise<HttpServer> {
  const pages: Record<string, () => Promise<[status: number, text: string]>> = {
    '/healthz': () => Promise.resolve([200, 'ok\n']),
    '/readyz': () => Promise.resolve(isReady() ? [200, 'ok\n'] : [503, 'the GoodputScalers are not known yet\n']),
    ...(metrics && { '/metrics': async () => [200, await metrics()] }),
  };
  const server = createServer((request, response) => {
    const page = pages[new URL(request.url ?? '/', 'http://localhost').pathname];
    const answer = page?.() ?? Promise.resolve<[number, string]>([404, 'there is /healthz, /readyz and /metrics\n']);
    answer
      .catch((error: unknown): [number, string] => [500, `${(error as Error).message}\n`])
      .then(([status, text]) => response.writeHead(status, { 'content-type': METRICS_TYPE }).end(text))
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
