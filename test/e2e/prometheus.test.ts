import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { METRIC } from '../../src/vllm/index.js';
import { describeWithPrograms, emulatePrograms } from './programs.js';
import { prometheusServers, type PrometheusServer } from './prometheus-server.js';

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

describeWithPrograms(['prometheus', 'promtool'], 'a real Prometheus server', () => {
  const emulate = emulatePrograms();
  const prometheus = prometheusServers();
  let query: PrometheusServer['query'];

  before(async () => {
    const replica = await emulate('--model', 'meta-llama/Llama-3.1-8B-Instruct');
    const router = await emulate('--router', '--serve', replica.url);
    const body = JSON.stringify({ prompt: 'a b c', max_tokens: 8, ignore_eos: true });
    assert.equal((await fetch(`${router.url}/v1/completions`, { method: 'POST', body })).status, 200);
    ({ query } = await prometheus({ targets: [replica.url, router.url] }));
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
