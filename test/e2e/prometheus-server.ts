import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A Prometheus server of a test's own. */
export interface PrometheusServer {
  readonly url: string;
  /** Kills it; its address then refuses connections. */
  readonly stop: () => Promise<void>;
  /** What `GET /api/v1/<what>` gives. */
  readonly query: <T>(what: string) => Promise<T>;
}

/** What a server scrapes and what it knows from before. */
export interface PrometheusSetUp {
  /** Base addresses, scraped every second; the first has the label `pod="pod-0"`, and so on. */
  readonly targets: readonly string[];
  /** Samples in OpenMetrics text, without `# EOF`. */
  readonly history?: string;
}

/** Starts servers; they stop when the enclosing `describe` is over. */
export function prometheusServers(): (setUp: PrometheusSetUp) => Promise<PrometheusServer> {
  const started: (() => Promise<void>)[] = [];
  after(async () => {
    for (const stop of started) await stop();
  });
  return async (setUp) => {
    const server = await startPrometheus(setUp);
    started.push(server.stop);
    return server;
  };
}

async function startPrometheus({ targets, history }: PrometheusSetUp): Promise<PrometheusServer> {
  const folder = mkdtempSync(path.join(tmpdir(), 'foresail-prometheus-'));
  const data = path.join(folder, 'data');
  if (history !== undefined) backfill(folder, data, history);
  const jobs = targets.map((target, i) => `{targets: ['${new URL(target).host}'], labels: {pod: pod-${i}}}`).join(', ');
  const config = path.join(folder, 'prometheus.yml');
  writeFileSync(
    config,
    `global: {scrape_interval: 1s}\nscrape_configs: [{job_name: vllm, static_configs: [${jobs}]}]\n`,
  );
  const port = await freePort();
  const args = [`--config.file=${config}`, `--storage.tsdb.path=${data}`, `--web.listen-address=127.0.0.1:${port}`];
  const server = spawn('prometheus', [...args, '--log.level=error'], { stdio: ['ignore', 'ignore', 'inherit'] });
  const gone = once(server, 'exit');
  const url = `http://127.0.0.1:${port}`;
  const query = async <T>(what: string): Promise<T> => {
    const answer = (await (await fetch(`${url}/api/v1/${what}`)).json()) as { status: string; data: T };
    if (answer.status !== 'success') throw new Error(`${what}: ${JSON.stringify(answer)}`);
    return answer.data;
  };
  const stop = async (): Promise<void> => {
    server.kill('SIGKILL');
    await gone;
    rmSync(folder, { recursive: true, force: true });
  };
  await untilScraped(query, targets.length);
  return { url, stop, query };
}

function backfill(folder: string, data: string, history: string): void {
  const file = path.join(folder, 'history.txt');
  writeFileSync(file, `${history}# EOF\n`);
  const made = spawnSync('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', '--quiet', file, data]);
  if (made.status !== 0) throw new Error(`promtool: ${made.stderr.toString()}`);
}

async function untilScraped(query: PrometheusServer['query'], targets: number): Promise<void> {
  for (let i = 0; i < 150; i++) {
    const answer = await query<{ result: { value: [number, string] }[] }>('query?query=sum(up)').catch(() => null);
    if (answer !== null && Number(answer.result[0]?.value[1] ?? 0) === targets) return;
    await sleep(200);
  }
  throw new Error(`prometheus did not scrape ${targets} targets within 30 s`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
