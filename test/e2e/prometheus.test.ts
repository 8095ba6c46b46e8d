import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { METRIC } from '../../src/vllm/index.js';
import { tempFiles } from '../helpers/temp-file.js';
import { describeWithPrograms, emulatePrograms } from './programs.js';

interface Answer<T> {
  readonly status: string;
  readonly data: T;
}
interface Targets {
  readonly activeTargets: readonly {
    readonly health: string;
    readonly lastError: string;
    readonly scrapeUrl: string;
  }[];
}
interface Vector {
  readonly result: readonly { readonly metric: Record<string, string>; readonly value: [number, string] }[];
}

const HISTOGRAMS = [
  ...[METRIC.ttft, METRIC.itl, METRIC.tpot, METRIC.e2e, METRIC.queueTime, METRIC.prefillTime, METRIC.decodeTime],
  ...[METRIC.inferenceTime, METRIC.requestPromptTokens, METRIC.requestGenerationTokens, METRIC.requestMaxTokens],
  METRIC.iterationTokens,
];
const SERIES = Object.values(METRIC).flatMap((name) =>
  HISTOGRAMS.some((histogram) => histogram === name) ? ['_bucket', '_sum', '_count'].map((end) => name + end) : [name],
);

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describeWithPrograms(['prometheus', 'promtool'], 'a real Prometheus server', () => {
  const emulate = emulatePrograms();
  const write = tempFiles();
  const folder = mkdtempSync(path.join(tmpdir(), 'foresail-prometheus-'));
  let stop: () => Promise<void> = () => Promise.resolve();
  let url = '';
  const query = async <T>(what: string): Promise<T> => {
    const answer = (await (await fetch(`${url}/api/v1/${what}`)).json()) as Answer<T>;
    assert.equal(answer.status, 'success');
    return answer.data;
  };

  before(async () => {
    const replica = await emulate('--model', 'meta-llama/Llama-3.1-8B-Instruct');
    const router = await emulate('--router', '--serve', replica.url);
    const body = JSON.stringify({ prompt: 'a b c', max_tokens: 8, ignore_eos: true });
    assert.equal((await fetch(`${router.url}/v1/completions`, { method: 'POST', body })).status, 200);
    const port = await freePort();
    const targets = [replica, router].map((target) => `'${new URL(target.url).host}'`).join(', ');
    const config = `global: {scrape_interval: 1s}\nscrape_configs: [{job_name: vllm, static_configs: [{targets: [${targets}]}]}]\n`;
    const args = [
      `--config.file=${write('prometheus.yml', config)}`,
      `--storage.tsdb.path=${folder}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=error',
    ];
    const server = spawn('prometheus', args, { stdio: ['ignore', 'ignore', 'inherit'] });
    const gone = once(server, 'exit');
    stop = async () => {
      server.kill();
      await gone;
    };
    url = `http://127.0.0.1:${port}`;
    for (let i = 0; i < 150; i++) {
      const ready = await fetch(`${url}/api/v1/query?query=sum(up)`).catch(() => null);
      const { data } = ready?.ok ? ((await ready.json()) as Answer<Vector>) : { data: { result: [] } };
      if (data.result[0]?.value[1] === '2') return;
      await sleep(200);
    }
    throw new Error('prometheus did not scrape both servers within 30 s');
  });

  after(async () => {
    await stop();
    rmSync(folder, { recursive: true });
  });

  it('scrapes the emulator and its router without an error', async () => {
    const { activeTargets } = await query<Targets>('targets');
    assert.equal(activeTargets.length, 2);
    for (const { health, lastError } of activeTargets) assert.deepEqual([health, lastError], ['up', '']);
  });

  for (const name of SERIES)
    it(`shows ${name}`, async () => {
      const { result } = await query<Vector>(`query?query=${encodeURIComponent(`{__name__="${name}"}`)}`);
      assert.ok(result.length > 0);
      for (const { metric } of result) {
        assert.equal(metric.engine, '0');
        if (name !== METRIC.cacheConfig) assert.equal(metric.model_name, 'meta-llama/Llama-3.1-8B-Instruct');
      }
    });

  it('has the counts of the one request that was made', async () => {
    const valueOf = async (what: string): Promise<string | undefined> =>
      (await query<Vector>(`query?query=${encodeURIComponent(what)}`)).result[0]?.value[1];
    assert.equal(await valueOf(METRIC.promptTokens), '3');
    assert.equal(await valueOf(METRIC.generationTokens), '8');
    assert.equal(await valueOf(`${METRIC.requestsEnded}{finished_reason="length"}`), '1');
    assert.equal(await valueOf(`${METRIC.itl}_count`), '7');
    assert.equal(await valueOf('foresail_router_answered_total'), '1');
  });

  it('finds nothing to say of the metrics but of the names that are vLLM’s own', async () => {
    const { activeTargets } = await query<Targets>('targets');
    for (const { scrapeUrl } of activeTargets) {
      const input = await (await fetch(scrapeUrl)).text();
      const { stdout, stderr, status } = spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' });
      const complaints = `${stdout}${stderr}`
        .split('\n')
        .filter((line) => line !== '' && !line.endsWith("metric names should not contain ':'"))
        .filter((line) => !line.startsWith(`${METRIC.iterationTokens} non-counter metrics should not have "_total"`));
      assert.deepEqual(complaints, []);
      assert.ok(status === 0 || status === 3, `promtool: ${status ?? -1}`); // 3: complaints, 1: it cannot read the page
    }
  });
});
