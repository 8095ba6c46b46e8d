import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How a server treats one request for `content`. */
export type Behaviour = (content: Buffer, request: IncomingMessage, response: ServerResponse) => void;

/** Where a range request starts; 0 without one. */
export function rangeStart(request: IncomingMessage): number {
  return Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
}

/** As a good server does: ranges, an entity tag. */
export const honest: Behaviour = (content, request, response) => {
  const from = rangeStart(request);
  if (from >= content.length) {
    response.writeHead(416, { 'content-range': `bytes */${content.length}` }).end();
    return;
  }
  const range =
    from > 0
      ? { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` }
      : { 'accept-ranges': 'bytes' };
  const body = content.subarray(from);
  response.writeHead(from > 0 ? 206 : 200, { 'content-length': body.length, etag: '"v1"', ...range });
  response.end(body);
};

/** Breaks the connection after so many bytes of what it announced. */
export function breakAfter(bytes: number): Behaviour {
  return (content, request, response) => {
    const from = rangeStart(request);
    const range = from > 0 ? { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` } : {};
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': content.length - from, etag: '"v1"', ...range });
    response.write(content.subarray(from, from + bytes), () => setTimeout(() => response.destroy(), 10));
  };
}

/** A server on a free port of this machine that serves `content` at every path, each request as the next behaviour says. */
export interface FileServer {
  readonly url: string;
  /** What was asked: `GET /path`, and the range where there was one. */
  readonly asked: string[];
  /** Behaviours of the coming requests, the last one for all that follow. */
  behave(...behaviours: Behaviour[]): void;
  close(): Promise<void>;
}

/** Starts a file server. */
export async function fileServer(content: Buffer): Promise<FileServer> {
  let behaviours: Behaviour[] = [honest];
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.url ?? ''} ${request.headers.range ?? ''}`.trimEnd());
    const behaviour = behaviours.length > 1 ? behaviours.shift()! : behaviours[0]!;
    behaviour(content, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    behave: (...next) => {
      asked.length = 0;
      behaviours = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
