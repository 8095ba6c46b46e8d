import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runProgram, startChild } from '../plane/child.js';
import { freePorts } from '../plane/ports.js';
import { targetsFile } from '../plane/service-discovery.js';

/** What becomes of queries before they reach Prometheus. */
export type Weather =
  | { readonly kind: 'fine' }
  | { readonly kind: 'down' }
  | { readonly kind: 'slow'; readonly seconds: number }
  | { readonly kind: 'answers'; readonly status: number; readonly body: string };

/** A Prometheus server that scrapes a namespace's replicas, behind a door that can be closed. */
export interface Prometheus {
  /** Where the operator asks. */
  readonly url: string;
  /** Where the tests ask: past the door. */
  readonly ask: (expression: string) => Promise<number | null>;
  readonly weather: (weather: Weather) => void;
  readonly stop: () => Promise<void>;
}

/** Starts the Prometheus of a namespace; `history` is an OpenMetrics text that it knows from before. */
export async function startPrometheus(
  plane: { readonly folder: string },
  namespace: string,
  history?: string,
): Promise<Prometheus> {
  const folder = path.join(plane.folder, `prometheus-${namespace}`);
  const data = path.join(folder, 'data');
  mkdirSync(data, { recursive: true });
  if (history !== undefined) {
    writeFileSync(path.join(folder, 'history.txt'), history);
    await runProgram(['promtool', 'tsdb', 'create-blocks-from', 'openmetrics', path.join(folder, 'history.txt'), data]);
  }
  const config = {
    global: { scrape_interval: '1s', scrape_timeout: '1s' },
    scrape_configs: [{ job_name: 'vllm', file_sd_configs: [{ files: [targetsFile(plane.folder, namespace)] }] }],
  };
  writeFileSync(path.join(folder, 'prometheus.yml'), JSON.stringify(config));
  const [port] = await freePorts(1);
  const own = `http://127.0.0.1:${port!}`;
  const child = startChild(
    [
      'prometheus',
      `--config.file=${path.join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${data}`,
      `--web.listen-address=127.0.0.1:${port!}`,
      '--storage.tsdb.retention.time=30d',
    ],
    { log: path.join(folder, 'log') },
  );
  for (let i = 0; !(await fetch(`${own}/-/ready`).catch(() => null))?.ok; i++) {
    if (i > 100 || !child.isRunning()) throw new Error(`Prometheus did not start: see ${folder}`);
    await sleep(100);
  }
  const door = await openDoor(own);
  const ask = async (expression: string): Promise<number | null> => {
    const answer = await fetch(`${own}/api/v1/query?query=${encodeURIComponent(expression)}`);
    const { data: found } = (await answer.json()) as { data: { result: { value: [number, string] }[] } };
    return found.result[0] === undefined ? null : Number(found.result[0].value[1]);
  };
  const stop = async (): Promise<void> => {
    door.server.closeAllConnections();
    door.server.close();
    await child.stop();
  };
  return { url: door.url, ask, weather: door.weather, stop };
}

async function openDoor(
  own: string,
): Promise<{ readonly url: string; readonly server: Server; readonly weather: Prometheus['weather'] }> {
  let weather: Weather = { kind: 'fine' };
  const server = createServer((asked, answer) => {
    asked.on('error', () => undefined);
    if (weather.kind === 'down') return void asked.socket.destroy();
    if (weather.kind === 'answers') {
      asked.resume();
      return void answer.writeHead(weather.status, { 'content-type': 'application/json' }).end(weather.body);
    }
    const { method, headers, url = '' } = asked;
    const pass = (): void => {
      const sent = request(own + url, { method, headers }, (back) => {
        answer.writeHead(back.statusCode ?? 502, back.headers);
        back.pipe(answer);
      });
      asked.pipe(sent.on('error', () => answer.destroy()));
    };
    setTimeout(pass, weather.kind === 'slow' ? 1000 * weather.seconds : 0);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, server, weather: (next) => (weather = next) };
}
