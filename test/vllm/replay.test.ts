import assert from 'node:assert/strict';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '../../src/base/index.js';
import {
  METRIC,
  NO_FAULTS,
  planReplay,
  replayReport,
  runReplay,
  summariseReplay,
  syntheticPrompts,
  type ReplayOptions,
  type ReplaySummary,
} from '../../src/vllm/index.js';
import { fastEmulators, metricsOf } from '../helpers/emulators.js';
import { traceOf } from '../helpers/serving.js';

const SLO = { ttft: 5, attainment: 0.9 };
const OPTIONS: Omit<ReplayOptions, 'url'> = {
  model: null,
  endpoint: 'completions',
  prompts: syntheticPrompts(seededRandom(1, 'words')),
  forceLengths: true,
  timeoutSeconds: 10,
  warmUpSeconds: 0,
  seed: 1,
};

const TOKEN = 'data: {"choices":[{"text":"a"}]}\n\n';
const ERROR = 'data: {"error":{"message":"x"}}\n\n';
const DONE = 'data: [DONE]\n\n';

/** Ten requests, one in 20 ms, of 30 prompt and 12 output tokens. */
const TEN = Array.from({ length: 10 }, (_, i) => [0.02 * i, 30, 12] as const);

async function replay(url: string, rows = TEN, options: Partial<ReplayOptions> = {}): Promise<ReplaySummary> {
  const records = await runReplay(planReplay(traceOf(rows)), { ...OPTIONS, url, ...options });
  return summariseReplay(records, SLO, options.warmUpSeconds ?? 0);
}

describe('a replay', () => {
  const start = fastEmulators();
  const servers: Server[] = [];
  after(() => servers.forEach((server) => server.close().closeAllConnections()));
  const serve = async (answer: (response: ServerResponse, seen: number) => unknown): Promise<string> => {
    let seen = 0;
    const server = createServer((request, response) => {
      request.resume().on('end', () => answer(response, seen++));
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };

  for (const [how, options] of [
    ['text', {}],
    ['token ids', { asTokenIds: true }],
    ['chats', { endpoint: 'chat' }],
  ] as const)
    it(`sends exactly the prompt and response lengths of the trace as ${how}`, async () => {
      const { url } = await start();
      const rows = [
        [0, 7, 3],
        [0.01, 0, 1],
        [0.02, 900, 40],
        [0.03, 20, 0],
      ] as const;
      const summary = await replay(url, [...rows] as never, options);
      assert.deepEqual([summary.requests, summary.finished, summary.failed, summary.failedInTrace], [3, 3, 0, 1]);
      const metrics = await metricsOf(url);
      assert.equal(metrics.get(`${METRIC.promptTokens}{model_name="plain",engine="0"}`), 908); // an empty prompt has one
      assert.equal(metrics.get(`${METRIC.generationTokens}{model_name="plain",engine="0"}`), 44);
      assert.ok(summary.instantaneous.reduce((sum, bin) => sum + bin.sendRate, 0) > 0);
    });

  it('measures what the server did', async () => {
    // Three events of tokens, each 300 ms after the one before, the first one 300 ms after the request; the stream stays open long after them.
    const url = await serve(async (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (let event = 0; event < 3; event++) {
        await sleep(300);
        response.write('data: {"choices":[{"text":" a"}]}\n\n');
      }
      await sleep(1100);
      response.end('data: [DONE]\n\n');
    });
    const { ttftSeconds, tpotSeconds, e2eSeconds, itlSeconds, average } = await replay(url);
    const near = (value: number | null, wanted: number): void =>
      assert.ok(value! > wanted - 0.003 && value! < wanted + 0.2, `${value ?? NaN} is not ${wanted}`);
    near(ttftSeconds.p50, 0.3);
    near(tpotSeconds.p50, 0.3);
    near(itlSeconds.p50, 0.3);
    near(e2eSeconds.p50, 0.9); // to the last token, not to the end of the stream
    near(average.tokenLatencySeconds, 0.3);
  });

  it('never waits for answers: all are sent on time at a server that answers none', async () => {
    const url = await serve(() => undefined);
    const summary = await replay(url, TEN, { timeoutSeconds: 0.4 });
    assert.deepEqual(summary.failures, { timeout: 10 });
    assert.ok(summary.sendLagSeconds.p50! < 0.3);
    assert.equal(summary.average.failureRate, 1);
    assert.equal(summary.attainment, 0);
  });

  for (const [failure, what, answer] of [
    ['http-error', 'an error status', (response: ServerResponse) => response.writeHead(500).end('{"error":"boom"}')],
    ['connection', 'a closed connection', (response: ServerResponse) => response.destroy()],
    ['broken-stream', 'a stream without its end', (response: ServerResponse) => response.end(TOKEN)],
    ['broken-stream', 'an error in the stream', (response: ServerResponse) => response.end(`${ERROR}${DONE}`)],
    ['broken-stream', 'no JSON', (response: ServerResponse) => response.end(`data: {\n\n${DONE}`)],
  ] as const)
    it(`calls ${what} ${failure}`, async () => {
      const { failures, finished, firstFailure } = await replay(await serve(answer));
      assert.deepEqual([failures, finished], [{ [failure]: 10 }, 0]);
      assert.match(firstFailure!, new RegExp(`^${failure}: .`));
    });

  it('counts tokens as the server does, where it sends several in an event', async () => {
    const url = await serve((response) => {
      response.writeHead(200);
      response.write('data: {"choices":[{"text":"a b"}]}\n\n');
      setTimeout(
        () =>
          response.end(
            'data: {"choices":[{"text":"c d"}]}\n\ndata: {"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":5}}\n\ndata: [DONE]\n\n',
          ),
        400,
      );
    });
    const { tpotSeconds, average, promptTokensPerSecond, seconds } = await replay(url, [[0, 5, 5]] as never);
    assert.ok(tpotSeconds.mean! > 0.095 && tpotSeconds.mean! < 0.3, `${tpotSeconds.mean ?? NaN}`); // 400 ms for four tokens
    assert.ok(Math.abs(average.tokensPerSecond * seconds - 5) < 1e-9);
    assert.ok(Math.abs(promptTokensPerSecond * seconds - 9) < 1e-9);
  });

  it('sends the warm-up, and leaves it out of the figures', async () => {
    const { url } = await start();
    const summary = await replay(url, TEN, { warmUpSeconds: 0.1 });
    assert.deepEqual([summary.warmUpRequests, summary.requests], [5, 5]);
    assert.equal((await metricsOf(url)).get(`${METRIC.ttft}_count{model_name="plain",engine="0"}`), 10);
  });

  it('lets the model end its responses', async () => {
    const { url } = await start({ responseTokens: 4 });
    await replay(url, TEN, { forceLengths: false });
    const tokens = (await metricsOf(url)).get(`${METRIC.generationTokens}{model_name="plain",engine="0"}`)!;
    assert.ok(tokens >= 10 && tokens < 110, `${tokens} tokens`);
  });

  it('stops when it is told to, and reports what it has', async () => {
    const { url } = await start({ faults: { ...NO_FAULTS, hang: 0.5 } });
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 700);
    const summary = await replay(url, [...TEN, [60, 1, 1]] as never, { signal: stop.signal });
    assert.equal(summary.finished + (summary.failures.stopped ?? 0), 10);
    assert.ok(summary.failures.stopped! > 0 && summary.seconds < 5);
  });

  it('tells progress, and writes a report', async () => {
    const { url } = await start();
    const seen: number[] = [];
    const summary = await replay(url, TEN, { onProgress: ({ sent }) => seen.push(sent) });
    assert.ok(seen.length > 0);
    const html = await replayReport(summary, { trace: 'ten.csv', url, slo: 'ttft=5s' });
    for (const text of ['ten.csv', 'TTFT', 'σ_L', '<svg', 'tokens per second']) assert.ok(html.includes(text), text);
  });
});
