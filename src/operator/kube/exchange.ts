import type { ClientRequest, IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { KubeError, type KubeObject, type KubeRequest, type WatchEvent } from './kube-api.js';

/** Answers that are longer fail: nothing the operator asks for is. */
const MOST_BYTES = 64 * 2 ** 20;

/** Sends a request and gives the answer's head. It goes once a connection stands, so that the guard speaks as late as can be. */
export function exchange(sending: ClientRequest, request: KubeRequest, signal: AbortSignal): Promise<IncomingMessage> {
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

/** The whole answer as text; a KubeError when it breaks off, takes too long, or is too long. */
export function textOf(request: KubeRequest, answer: IncomingMessage, signal: AbortSignal): Promise<string> {
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

/**
 * The answer's JSON.
 *
 * @throws KubeError with what the server said, unless its status is one of success
 */
export function bodyOf(request: KubeRequest, answer: IncomingMessage, text: string): unknown {
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

/** Tells the events of a watch, one a line, until it ends or is ended; a KubeError where the server says that it failed. */
export function eachEvent(
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
    const broken = (cause: Error): void =>
      end(new KubeError(`${nameOf(request)}: ${cause.message}`, 0, '', null, { cause }));
    answer.on('error', broken);
    answer.on('close', () => end(null));
    const lines = createInterface(answer);
    lines.on('error', broken); // it tells its input's errors again, and ends the process where nobody listens
    lines.on('line', (line) => {
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
