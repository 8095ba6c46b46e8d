import assert from 'node:assert/strict';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UpstreamError } from '../../src/base/index.js';
import { prometheusSource, type MetricsSource } from '../../src/vllm/index.js';
import { liveAnswer, QUESTIONS } from '../../src/api/index.js';
import { ask } from '../helpers/service.js';
import { tempFiles } from '../helpers/temp-file.js';
import { describeWithPrograms, emulatePrograms, serverPrograms } from './programs.js';
import { prometheusServers } from './prometheus-server.js';
import { arrivalsScraped, historyText, planted, type PlantedPod } from './planted-history.js';

const MODEL = 'a "quoted" \\ model';
const BIN = 60;
const SHORT_BIN = 5;

/** Waits until the present bin, of SHORT_BIN seconds, has ended. */
async function untilNextBin(): Promise<void> {
  await sleep((SHORT_BIN - ((Date.now() / 1000) % SHORT_BIN)) * 1000);
}

describeWithPrograms(['prometheus', 'promtool'], 'the load of a service in a real Prometheus', () => {
  const prometheus = prometheusServers();
  const start = Math.floor(Date.now() / 1000 / BIN) * BIN - 3 * 3600;
  const at = (minutes: number): number => start + 60 * minutes;
  /** Scrapes failed everywhere for ten minutes. */
  const outage = { from: at(80), to: at(90) };
  const pods: PlantedPod[] = [
    planted('llama-a', { from: at(-10), to: at(150), phase: 3, every: 2.5, lasting: 40 }),
    planted('llama-restarted', { from: at(-10), to: at(150), phase: 8, every: 4, lasting: 20, restartAt: at(50) + 5 }),
    planted('llama-born', { from: at(30) + 2, to: at(150), phase: 5, every: 3, lasting: 30 }),
    planted('llama-gone', { from: at(-10), to: at(61) + 40, phase: 11, every: 5, lasting: 30 }),
  ];
  const other = planted('other-model', { from: at(-10), to: at(150), phase: 1, every: 1, lasting: 5 });
  let source: MetricsSource;

  before(async () => {
    const history = historyText(
      [...pods.map((pod) => ({ pod, model: MODEL })), { pod: other, model: 'other' }],
      outage,
    );
    const { url } = await prometheus({ targets: [], history });
    source = prometheusSource({ url, model: MODEL, pools: [{ role: 'serve', podPattern: 'llama-.*' }] });
  });

  it('is what arrived between the last scrapes of neighbouring bins, exactly', async () => {
    const load = await source.history(at(0), at(149), BIN);
    assert.equal(load.startEpochSeconds, at(0));
    assert.equal(load.requests.length, 149);
    const odd = new Set([30, 50, 51, 90, 91]); // a pod begins, or scraping does: there is no last scrape before
    for (let bin = 0; bin < 149; bin++) {
      if (odd.has(bin)) continue;
      const isDark = at(bin) >= outage.from && at(bin + 1) <= outage.to;
      assert.equal(load.observed[bin], isDark ? 0 : 1, `minute ${bin}`);
      if (isDark) continue;
      const expected = pods.reduce((sum, pod) => sum + arrivalsScraped(pod, at(bin), at(bin + 1)), 0);
      assert.equal(load.requests[bin], expected, `minute ${bin}`);
    }
  });

  it('counts about right where a pod begins anew and where scraping does', async () => {
    const load = await source.history(at(0), at(149), BIN);
    for (const bin of [30, 50, 51, 90]) {
      const expected = pods.reduce((sum, pod) => sum + arrivalsScraped(pod, at(bin), at(bin + 1)), 0);
      const found = load.requests[bin]!;
      assert.ok(Math.abs(found - expected) < 0.35 * expected + 3, `minute ${bin}: ${found}, not ${expected}`);
    }
  });

  it('has the tokens of the requests that ended, and the other model’s are not among them', async () => {
    const load = await source.history(at(100), at(149), BIN);
    const requests = load.requests.reduce((sum, count) => sum + count, 0);
    const prompts = load.promptTokens.reduce((sum, count) => sum + count, 0);
    const outputs = load.outputTokens.reduce((sum, count) => sum + count, 0);
    assert.ok(Math.abs(prompts / requests - 100) < 2, `${prompts / requests} prompt tokens a request`);
    assert.ok(Math.abs(outputs / requests - 10) < 0.3, `${outputs / requests} output tokens a request`);
  });

  it('is the same however the span is cut', async () => {
    const whole = await source.history(at(10), at(40), BIN);
    const first = await source.history(at(10), at(25), BIN);
    const second = await source.history(at(25), at(40), BIN);
    assert.deepEqual([...first.requests, ...second.requests], [...whole.requests]);
  });

  it('is missing, not 0, before there was anything', async () => {
    const load = await source.history(at(-60), at(-20), BIN);
    assert.deepEqual([...load.observed], new Array(40).fill(0));
  });
});

describeWithPrograms(['prometheus', 'promtool'], 'a running service in a real Prometheus', () => {
  const emulate = emulatePrograms();
  const prometheus = prometheusServers();
  const model = 'meta-llama/Llama-3.1-8B-Instruct';
  let source: MetricsSource;
  const serve = serverPrograms('serve');
  const write = tempFiles();
  let stop: () => Promise<void>;
  let prometheusUrl = '';
  const asked = { requests: 12, prompt: 40, output: 8 };

  before(async () => {
    const [prefill, decode] = await Promise.all([emulate('--model', model), emulate('--model', model)]);
    const router = await emulate('--router', '--prefill', prefill.url, '--decode', decode.url);
    const server = await prometheus({ targets: [prefill.url, decode.url] });
    stop = server.stop;
    prometheusUrl = server.url;
    const pool = (
      role: 'prefill' | 'decode',
      url: string,
    ): object & { role: typeof role; labels: { instance: string } } => ({
      ...{ role, podLabel: 'instance', labels: { instance: new URL(url).host } },
    });
    source = prometheusSource({
      ...{ url: server.url, model, windowSeconds: 60 },
      pools: [pool('prefill', prefill.url), pool('decode', decode.url)],
    });
    await sleep(2500);
    await untilNextBin(); // where scraping begins, counts are estimates
    const body = JSON.stringify({
      prompt: new Array(asked.prompt).fill('word').join(' '),
      ...{ max_tokens: asked.output, ignore_eos: true },
    });
    for (let i = 0; i < asked.requests; i++)
      assert.equal((await fetch(`${router.url}/v1/completions`, { method: 'POST', body })).status, 200);
    await sleep(2500);
    await untilNextBin();
  });

  it('counts each request once, though both pools served it', async () => {
    const to = Math.ceil(Date.now() / 1000) + 1;
    const load = await source.history(to - 30, to, SHORT_BIN);
    const sum = (values: Float64Array): number =>
      values.reduce((total, value, bin) => total + (load.observed[bin] === 1 ? value : 0), 0);
    assert.equal(Math.round(sum(load.requests)), asked.requests);
    assert.equal(Math.round(sum(load.promptTokens)), asked.requests * asked.prompt);
    assert.equal(Math.round(sum(load.outputTokens)), asked.requests * asked.output);
  });

  it('shows both pools at rest, how fast they were, and which pods are empty', async () => {
    const now = Date.now() / 1000;
    const readings = await source.now(now);
    for (const role of ['prefill', 'decode'] as const) {
      const { waiting, running, kvUse, newestSampleAt } = readings.roles[role]!;
      assert.deepEqual([waiting, running], [0, 0]);
      assert.ok(kvUse! >= 0 && now - newestSampleAt! < 5);
      assert.deepEqual(Object.values(readings.emptiestPods![role]!), [0]);
    }
    assert.ok(readings.ttft! > 0 && readings.ttft! < 5, `TTFT ${readings.ttft}`);
    assert.ok(readings.tpot! > 0 && readings.tpot! < 0.5, `TPOT ${readings.tpot}`);
    assert.ok(now - readings.newestSampleAt! < 5);
  });

  it('knows the lengths of what was served', async () => {
    const now = Date.now() / 1000;
    const mix = await source.mix(now - 60, now);
    const total = mix!.weights.reduce((sum, weight) => sum + weight, 0);
    const mean = (lengths: Float64Array): number =>
      mix!.weights.reduce((sum, weight, cell) => sum + weight * lengths[cell]!, 0) / total;
    assert.ok(Math.abs(mean(mix!.meanPrompt) - asked.prompt) < 2, `${mean(mix!.meanPrompt)}`);
    assert.ok(Math.abs(mean(mix!.meanOutput) - asked.output) < 1, `${mean(mix!.meanOutput)}`);
  });

  it('is forecast by foresail serve, which also shows it', async () => {
    const pods = ['--prefill-pods', 'pod-0', '--decode-pods', 'pod-1'];
    const data = path.dirname(write('x', ''));
    const { url } = await serve(
      '--prometheus',
      prometheusUrl,
      '--model',
      model,
      ...pods,
      '--data',
      data,
      '--log-level',
      'error',
    );
    const shown = liveAnswer.parse((await ask(`${url}/v1/live`, 'GET')).body);
    assert.deepEqual(shown.present, { prefill: 1, decode: 1 });
    assert.deepEqual(
      shown.pools.map(({ role, waiting }) => [role, waiting]),
      [
        ['prefill', 0],
        ['decode', 0],
      ],
    );
    await untilNextBin(); // that of the last request closes
    const traffic = { trace: 'live', forSeconds: 60 };
    const { status, body } = await ask(`${url}/v1/forecast`, 'POST', {
      traffic,
      binSeconds: SHORT_BIN,
      steps: 3,
      model: 'moving-average',
    });
    assert.equal(status, 200, JSON.stringify(body));
    const answer = QUESTIONS.forecast.answer.parse(body);
    const counted = answer.history.reduce((sum, { value }) => sum + (value ?? 0), 0);
    assert.equal(Math.round(counted), asked.requests);
    assert.equal(answer.steps.length, 3);
  });

  it('says that Prometheus is gone when it is', async () => {
    await stop();
    const now = Date.now() / 1000;
    await assert.rejects(source.now(now), UpstreamError);
    await assert.rejects(source.history(now - 600, now, 60), UpstreamError);
    await assert.rejects(source.mix(now - 600, now), UpstreamError);
  });
});
