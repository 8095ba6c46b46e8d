import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What was asked: the path, the form's fields, and headers. */
export interface AskedOfPrometheus {
  readonly path: string;
  readonly form: Readonly<Record<string, string>>;
  readonly headers: IncomingMessage['headers'];
}

/** How a request is answered; its body was read. */
export type PrometheusAnswerer = (asked: AskedOfPrometheus, response: ServerResponse) => void;

/** A server that is asked as Prometheus is and answers as told. */
export interface FakePrometheus {
  readonly url: string;
  readonly asked: AskedOfPrometheus[];
  /** How the coming requests are answered. */
  behave(answer: PrometheusAnswerer): void;
}

/** Starts servers on loopback; they stop when the enclosing `describe` is over. */
export function fakePrometheuses(): () => Promise<FakePrometheus> {
  const stops: (() => void)[] = [];
  after(() => stops.forEach((stop) => stop()));
  return async () => {
    const asked: AskedOfPrometheus[] = [];
    let answer: PrometheusAnswerer = (_asked, response) => void response.writeHead(404).end();
    const server = createServer((request, response) => {
      void readForm(request).then((form) => {
        const one = { path: request.url ?? '', form, headers: request.headers };
        asked.push(one);
        answer(one, response);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    stops.push(() => {
      server.close();
      server.closeAllConnections();
    });
    return {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      asked,
      behave(next) {
        asked.length = 0;
        answer = next;
      },
    };
  };
}

async function readForm(request: IncomingMessage): Promise<Record<string, string>> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Object.fromEntries(new URLSearchParams(Buffer.concat(pieces).toString()));
}

/** A good answer with this result. */
export function success(response: ServerResponse, resultType: string, result: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ status: 'success', data: { resultType, result } }));
}

/** Answers an instant query with one value, and a range query with that value at each of its moments; null: no series. */
export function constantly(value: string | null): PrometheusAnswerer {
  return ({ path, form }, response) => {
    const isRange = path.endsWith('/query_range');
    if (value === null) {
      success(response, isRange ? 'matrix' : 'vector', []);
      return;
    }
    if (!isRange) {
      success(response, 'vector', [{ metric: {}, value: [Number(form.time), value] }]);
      return;
    }
    const [start, end, step] = [form.start, form.end, form.step].map(Number) as [number, number, number];
    const values = [];
    for (let at = start; at <= end; at += step) values.push([at, value]);
    success(response, 'matrix', [{ metric: {}, values }]);
  };
}
