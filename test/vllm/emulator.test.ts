import assert from 'node:assert/strict';
import { METRIC, NO_FAULTS, startEmulator } from '../../src/vllm/index.js';
import { eventsOf, eventually, fastEmulators, metricsOf, post } from '../helpers/emulators.js';
import { PLAIN_PROFILE } from '../helpers/serving.js';

const LABELS = 'model_name="plain",engine="0"';

interface Chunk {
  readonly choices: {
    readonly text?: string;
    readonly delta?: { readonly role?: string; readonly content?: string };
    readonly finish_reason: string | null;
  }[];
  readonly usage?: { readonly prompt_tokens: number; readonly completion_tokens: number };
}

async function chunksOf(response: Response): Promise<Chunk[]> {
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-type')!, /^text\/event-stream/);
  return eventsOf(await response.text()) as Chunk[];
}

describe('the emulator', () => {
  const start = fastEmulators();

  it('streams a completion, one event for each token, then the usage', async () => {
    const { url } = await start();
    const body = { prompt: 'a b c', max_tokens: 4, ignore_eos: true, stream: true };
    const chunks = await chunksOf(
      await post(url, '/v1/completions', { ...body, stream_options: { include_usage: true } }),
    );
    assert.deepEqual(
      chunks.map(({ choices }) => choices[0]?.finish_reason),
      [null, null, null, 'length', undefined],
    );
    assert.ok(chunks.slice(0, 4).every(({ choices }) => /^ [a-z]+$/.test(choices[0]!.text!)));
    assert.deepEqual(chunks[4]!.usage, { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 });
    assert.equal((await chunksOf(await post(url, '/v1/completions', body))).length, 4);
  });

  it('streams a chat: the role comes with the first token', async () => {
    const { url } = await start();
    const body = { messages: [{ role: 'user', content: 'a b' }], max_tokens: 2, ignore_eos: true, stream: true };
    const deltas = (await chunksOf(await post(url, '/v1/chat/completions', body))).map(
      ({ choices }) => choices[0]!.delta!,
    );
    assert.deepEqual(deltas[0], { role: 'assistant', content: '' });
    assert.deepEqual(deltas.slice(1), [{ content: ' time' }, { content: ' year' }]);
  });

  it('gives a whole answer without a stream', async () => {
    const { url } = await start();
    const answer = async (path: string, body: object): Promise<Record<string, unknown>> =>
      (await (await post(url, path, { ...body, max_tokens: 3, ignore_eos: true })).json()) as Record<string, unknown>;
    const completion = await answer('/v1/completions', { prompt: [5, 6] });
    assert.equal(completion.object, 'text_completion');
    assert.deepEqual(completion.usage, { prompt_tokens: 2, completion_tokens: 3, total_tokens: 5 });
    const chat = await answer('/v1/chat/completions', { messages: [{ role: 'user', content: 'a' }] });
    const [choice] = chat.choices as { message: { content: string }; finish_reason: string }[];
    assert.equal(choice!.message.content, ' time year people');
    assert.equal(choice!.finish_reason, 'length');
  });

  it('lets the model end a response within min_tokens and max_tokens', async () => {
    const { url } = await start({ responseTokens: 20 });
    const reasons = new Set<string>();
    for (let i = 0; i < 12; i++) {
      const response = await post(url, '/v1/completions', { prompt: 'a', max_tokens: 20, min_tokens: 3 });
      const { usage, choices } = (await response.json()) as Chunk;
      assert.ok(usage!.completion_tokens >= 3 && usage!.completion_tokens <= 20);
      reasons.add(choices[0]!.finish_reason!);
    }
    assert.deepEqual([...reasons].sort(), ['length', 'stop']);
  });

  it("answers errors in vLLM's form", async () => {
    const { url } = await start();
    const errorOf = async (response: Response): Promise<unknown[]> => {
      const { error } = (await response.json()) as { error: { type: string; code: number } };
      return [response.status, error.type, error.code];
    };
    const bad = await fetch(`${url}/v1/completions`, { method: 'POST', body: '{"prompt": ' });
    assert.deepEqual(await errorOf(bad), [400, 'BadRequestError', 400]);
    const long = await post(url, '/v1/completions', { prompt: Array(100_000).fill(1), max_tokens: 1 });
    assert.deepEqual(await errorOf(long), [400, 'BadRequestError', 400]);
    const most = await post(url, '/v1/completions', { prompt: 'a', max_tokens: 100_000 });
    assert.deepEqual(await errorOf(most), [400, 'BadRequestError', 400]);
    const model = await post(url, '/v1/completions', { model: 'x', prompt: 'a' });
    assert.deepEqual(await errorOf(model), [404, 'NotFoundError', 404]);
    assert.deepEqual(await errorOf(await fetch(`${url}/v1/nothing`)), [404, 'NotFoundError', 404]);
  });

  it('lists its model', async () => {
    const { url } = await start({ modelName: 'meta/llama' });
    const { data } = (await (await fetch(`${url}/v1/models`)).json()) as { data: Record<string, unknown>[] };
    assert.deepEqual([data.length, data[0]!.id, data[0]!.max_model_len], [1, 'meta/llama', 100_000]);
  });

  it('takes as long as its profile says', async () => {
    const { url } = await start();
    const began = performance.now();
    await chunksOf(
      await post(url, '/v1/completions', {
        prompt: Array(2000).fill(1),
        max_tokens: 101,
        ignore_eos: true,
        stream: true,
      }),
    );
    // 2 s of prefill and 100 steps of 10 ms, 20 times as fast as the world
    const seconds = (performance.now() - began) / 1000;
    assert.ok(seconds >= 0.15 && seconds < 3, `${seconds} s`);
  });

  it('counts what it did', async () => {
    const { url } = await start();
    const body = { prompt: Array(100).fill(1), max_tokens: 5, ignore_eos: true };
    for (let i = 0; i < 2; i++) await (await post(url, '/v1/completions', body)).text();
    const metrics = await metricsOf(url);
    const value = (name: string, more = ''): number | undefined => metrics.get(`${name}{${more}${LABELS}}`);
    assert.equal(value(METRIC.promptTokens), 200);
    assert.equal(value(METRIC.generationTokens), 10);
    assert.equal(metrics.get(`${METRIC.requestsEnded}{${LABELS},finished_reason="length"}`), 2);
    assert.equal(value(`${METRIC.ttft}_count`), 2);
    assert.equal(value(`${METRIC.itl}_count`), 8);
    assert.equal(value(`${METRIC.e2e}_count`), 2);
    assert.equal(value(`${METRIC.requestPromptTokens}_bucket`, 'le="100",'), 2);
    assert.equal(value(`${METRIC.requestPromptTokens}_bucket`, 'le="50",'), 0);
    assert.ok(Math.abs(value(`${METRIC.tpot}_sum`)! - 0.02) < 1e-6); // 10 ms a step, mean of each of two requests
    assert.equal(value(METRIC.requestsRunning), 0);
    assert.equal(value(METRIC.kvUse), 0);
  });

  it('shows who runs and what KV is in use, and frees it when a client goes', async () => {
    const { url } = await start({ profile: { ...PLAIN_PROFILE, kvTokensCapacity: 16_000 } });
    const client = new AbortController();
    const body = { prompt: Array(8000).fill(1), max_tokens: 5000, ignore_eos: true, stream: true };
    const response = await post(url, '/v1/completions', body, client.signal);
    const reader = response.body!.getReader();
    await reader.read(); // the first token: 8 s of prefill, 20 times as fast
    const during = await metricsOf(url);
    assert.equal(during.get(`${METRIC.requestsRunning}{${LABELS}}`), 1);
    assert.ok(during.get(`${METRIC.kvUse}{${LABELS}}`)! >= 0.5);
    client.abort();
    await eventually(async () => {
      const later = await metricsOf(url);
      assert.equal(later.get(`${METRIC.requestsRunning}{${LABELS}}`), 0);
      assert.equal(later.get(`${METRIC.kvUse}{${LABELS}}`), 0);
      assert.equal(later.get(`${METRIC.requestsEnded}{${LABELS},finished_reason="abort"}`), 1);
    });
  });

  it('answers 503 until it has started', async () => {
    const { url, ready } = await start({ startupSeconds: 30 });
    for (const path of ['/health', '/metrics', '/v1/models']) assert.equal((await fetch(url + path)).status, 503);
    await ready;
    assert.equal((await fetch(`${url}/health`)).status, 200);
  });

  it('finishes what it has and takes nothing new while it drains', async () => {
    const { url, drain, ended } = await start();
    const body = { prompt: 'a', max_tokens: 2000, ignore_eos: true, stream: true };
    const running = await post(url, '/v1/completions', body);
    drain();
    assert.equal((await post(url, '/v1/completions', body)).status, 503);
    assert.equal((await fetch(`${url}/health`)).status, 503);
    assert.equal((await metricsOf(url)).get(`${METRIC.requestsRunning}{${LABELS}}`), 1);
    assert.equal((await chunksOf(running)).length, 2000);
    assert.equal(await ended, 'drained');
    await assert.rejects(fetch(`${url}/health`));
  });

  it('drains at once when it is idle', async () => {
    const { drain, ended } = await start();
    drain();
    assert.equal(await ended, 'drained');
  });

  it('fails, hangs and crashes when it is told to', async () => {
    const failing = await start({ faults: { ...NO_FAULTS, error: 1 } });
    assert.equal((await post(failing.url, '/v1/completions', { prompt: 'a' })).status, 500);
    const hanging = await start({ faults: { ...NO_FAULTS, hang: 1 } });
    await assert.rejects(post(hanging.url, '/v1/completions', { prompt: 'a' }, AbortSignal.timeout(100)));
    const crashing = await start({ faults: { ...NO_FAULTS, crashAfter: 2 } });
    const body = { prompt: 'a', max_tokens: 10_000, ignore_eos: true, stream: true };
    const response = await post(crashing.url, '/v1/completions', body);
    await assert.rejects(response.text());
    assert.equal(await crashing.ended, 'crashed');
  });

  it('fails a share of requests, the same ones for the same seed', async () => {
    const statuses = async (): Promise<number[]> => {
      const { url } = await start({ faults: { ...NO_FAULTS, error: 0.5 }, seed: 7 });
      const seen: number[] = [];
      for (let i = 0; i < 16; i++)
        seen.push((await post(url, '/v1/completions', { prompt: 'a', max_tokens: 1 })).status);
      return seen;
    };
    const first = await statuses();
    assert.deepEqual(await statuses(), first);
    assert.deepEqual([...new Set(first)].sort(), [200, 500]);
  });

  it('is slower by the factor that it is told', async () => {
    const { url } = await start({ faults: { ...NO_FAULTS, slow: 3 } });
    await post(url, '/v1/completions', { prompt: Array(1000).fill(1), max_tokens: 11, ignore_eos: true });
    const metrics = await metricsOf(url);
    assert.ok(Math.abs(metrics.get(`${METRIC.e2e}_sum{${LABELS}}`)! - 3.3) < 0.001); // 3 times 1 s and 10 steps of 10 ms
  });

  it('says that a port is taken', async () => {
    const { port } = await start();
    await assert.rejects(startEmulator({ profile: PLAIN_PROFILE, port }), /cannot listen on .*EADDRINUSE/);
  });
});
