import { request as openRequest, type Agent, type IncomingMessage } from 'node:http';

/** What goes to an endpoint. */
export interface Call {
  readonly url: string;
  readonly path: string;
  readonly method: string;
  readonly body: Buffer | string | null;
  readonly requestId: string;
  readonly signal: AbortSignal;
}

/**
 * Sends a request and gives the response's head; its body is still to be read.
 *
 * @throws the connection's error, or the signal's
 */
export function callEndpoint(agent: Agent, call: Call): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const { url, path, method, body, requestId, signal } = call;
    const headers = {
      'x-request-id': requestId,
      ...(body === null ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
    };
    const request = openRequest(url + path, { method, agent, headers, signal });
    request.on('response', resolve).on('error', reject);
    request.end(body ?? undefined);
  });
}

/** Waits until a body has begun, or ended empty. */
export function bodyBegun(response: IncomingMessage): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      response.off('readable', settle).off('end', settle).off('error', reject);
      resolve();
    };
    response.on('readable', settle).on('end', settle).on('error', reject);
  });
}

/** The whole body. */
export async function wholeBody(response: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of response) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString('utf8');
}
