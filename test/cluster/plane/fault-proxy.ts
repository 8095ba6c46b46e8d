import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent, createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

/** What happens to requests that it fits. */
export interface Fault {
  readonly method?: string;
  readonly path?: RegExp;
  /** How often; default: until the next faults. */
  times?: number;
  /** Answered with this status, and nothing done. */
  readonly code?: number;
  /** Done, and then answered with `code` all the same, or never; a 504 as a gateway does it that has waited too long. */
  readonly isDone?: boolean;
  /** The connection is closed without an answer. */
  readonly drop?: boolean;
  /** Never answered. */
  readonly hang?: boolean;
  /** Seconds before the request goes on. */
  readonly delay?: number;
  /** The answer's stream is cut after these seconds. */
  readonly cutAfter?: number;
  /** An ERROR event with this code in place of a watch's events. */
  readonly watchError?: number;
}

/** A proxy between clients with bearer tokens and the API server, that makes faults. */
export interface FaultProxy {
  readonly url: string;
  readonly faults: (...faults: Fault[]) => void;
  /** How many requests a fault met since the last `faults`. */
  readonly met: () => number;
  readonly close: () => Promise<void>;
}

const REASONS: Record<number, string> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  409: 'Conflict',
  410: 'Expired',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

function statusOf(code: number): string {
  const reason = REASONS[code] ?? 'Unknown';
  const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', reason, code };
  return JSON.stringify({ ...status, message: `injected ${code}` });
}

/** Starts a fault proxy before a plane, with the plane's own certificate. */
export async function startFaultProxy(plane: {
  readonly folder: string;
  readonly server: string;
}): Promise<FaultProxy> {
  const file = (name: string): Buffer => readFileSync(path.join(plane.folder, 'pki', name));
  const agent = new Agent({ keepAlive: true, ca: file('ca.crt') });
  let faults: Fault[] = [];
  let met = 0;
  const server = createServer({ cert: file('apiserver.crt'), key: file('apiserver.key') }, (asked, answer) => {
    const fault = faults.find((each) => fits(each, asked));
    if (fault) met++;
    if (fault?.times !== undefined) fault.times--;
    serve(asked, answer, fault, () => pass(asked, answer, fault, plane.server, agent));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults: (...next) => {
      met = 0;
      faults = next.map((fault) => ({ ...fault }));
    },
    met: () => met,
    close: async () => {
      server.closeAllConnections();
      agent.destroy();
      await once(server.close(), 'close');
    },
  };
}

function fits({ method, path: pattern, times }: Fault, asked: IncomingMessage): boolean {
  const isMethod = method === undefined || method === asked.method;
  return isMethod && (pattern?.test(asked.url ?? '') ?? true) && (times ?? 1) > 0;
}

function serve(asked: IncomingMessage, answer: ServerResponse, fault: Fault | undefined, goOn: () => void): void {
  asked.on('error', () => undefined);
  if (fault?.drop) return void asked.socket.destroy();
  if (fault?.hang && !fault.isDone) return void asked.resume();
  if (fault?.watchError !== undefined) {
    asked.resume();
    answer.writeHead(200, { 'content-type': 'application/json' });
    return void answer.end(`{"type":"ERROR","object":${statusOf(fault.watchError)}}\n`);
  }
  if (fault?.code !== undefined && !fault.isDone) {
    asked.resume();
    const wait = fault.code === 429 ? { 'retry-after': '1' } : {};
    answer.writeHead(fault.code, { 'content-type': 'application/json', ...wait });
    return void answer.end(statusOf(fault.code));
  }
  setTimeout(goOn, 1000 * (fault?.delay ?? 0));
}

function pass(
  asked: IncomingMessage,
  answer: ServerResponse,
  fault: Fault | undefined,
  upstream: string,
  agent: Agent,
): void {
  const { method, headers, url = '' } = asked;
  const sent = request(upstream + url, { method, headers, agent }, (back) => {
    if (fault?.isDone && fault.hang) return void back.resume();
    if (fault?.isDone) return void back.resume().on('end', () => answerInstead(answer, fault.code ?? 504));
    answer.writeHead(back.statusCode ?? 502, back.headers);
    answer.flushHeaders();
    back.on('error', () => answer.destroy()).pipe(answer);
    if (fault?.cutAfter !== undefined) setTimeout(() => answer.destroy(), 1000 * fault.cutAfter);
  });
  sent.on('error', () => answer.destroy());
  answer.on('close', () => sent.destroy());
  asked.pipe(sent);
}

/** The answer to what was done: a gateway's own page, or a status of the API server. */
function answerInstead(answer: ServerResponse, code: number): void {
  const isGateway = code === 504;
  answer.writeHead(code, { 'content-type': isGateway ? 'text/html' : 'application/json' });
  answer.end(isGateway ? '<html><body><h1>504 Gateway Time-out</h1></body></html>' : statusOf(code));
}
