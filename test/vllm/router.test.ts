import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { InputError } from '../../src/base/index.js';
import { chooseEndpoint, updateEndpoints, type Endpoint } from '../../src/vllm/emulator/router/endpoints.js';
import { METRIC, NO_FAULTS, parseEndpoints, startRouter, watchEndpoints, type Router } from '../../src/vllm/index.js';
import { eventsOf, eventually, fastEmulators, metricsOf, post } from '../helpers/emulators.js';
import { PLAIN_PROFILE } from '../helpers/serving.js';
import { tempFiles } from '../helpers/temp-file.js';
import { writeFileSync } from 'node:fs';

const LABELS = 'model_name="plain",engine="0"';
const BODY = { prompt: Array(200).fill(1), max_tokens: 20, ignore_eos: true, stream: true };

describe('the router', () => {
  const start = fastEmulators();
  const write = tempFiles();
  const routers: Router[] = [];
  after(() => routers.forEach(({ close }) => close()));
  const open = async (lines: string): Promise<Router> => {
    const router = await startRouter({ endpoints: parseEndpoints(lines, 'test') });
    routers.push(router);
    return router;
  };
  const ended = async (url: string): Promise<number> =>
    (await metricsOf(url)).get(`${METRIC.requestsEnded}{${LABELS},finished_reason="length"}`)!;

  it('hands a request over from a prefill to a decode replica, which streams all of its tokens', async () => {
    const prefill = await start({ role: 'prefill' });
    const decode = await start({ role: 'decode', profile: { ...PLAIN_PROFILE, transferLatency: 2 } });
    const { url } = await open(`prefill ${prefill.url}\ndecode ${decode.url}`);
    const body = { ...BODY, stream_options: { include_usage: true }, min_tokens: 20 };
    const events = eventsOf(await (await post(url, '/v1/completions', body)).text()) as { usage?: object }[];
    assert.equal(events.length, 21);
    assert.deepEqual(events.at(-1)!.usage, { prompt_tokens: 200, completion_tokens: 20, total_tokens: 220 });
    const [at, to] = [await metricsOf(prefill.url), await metricsOf(decode.url)];
    assert.equal(at.get(`${METRIC.generationTokens}{${LABELS}}`), 1);
    assert.equal(to.get(`${METRIC.generationTokens}{${LABELS}}`), 20);
    // The decode replica waits for the KV, and computes no prompt: 2 s and 200 tokens of 1000 B at 1 MB/s, then 10 ms.
    assert.ok(Math.abs(to.get(`${METRIC.ttft}_sum{${LABELS}}`)! - 2.21) < 0.05);
    assert.ok(Math.abs(at.get(`${METRIC.ttft}_sum{${LABELS}}`)! - 0.2) < 0.05);
  });

  it('hands chats over too, and gives whole answers', async () => {
    const [prefill, decode] = [await start({ role: 'prefill' }), await start({ role: 'decode' })];
    const { url } = await open(`prefill ${prefill.url}\ndecode ${decode.url}`);
    const messages = [{ role: 'user', content: 'a b c' }];
    const answer = await post(url, '/v1/chat/completions', { messages, max_completion_tokens: 5, ignore_eos: true });
    const { usage } = (await answer.json()) as { usage: object };
    assert.deepEqual(usage, { prompt_tokens: 3, completion_tokens: 5, total_tokens: 8 });
  });

  it('gives each of two replicas half of what comes at once', async () => {
    const replicas = [await start(), await start()];
    const { url } = await open(replicas.map((replica) => `serve ${replica.url}`).join('\n'));
    const answers = Array.from({ length: 10 }, async () =>
      (await post(url, '/v1/completions', { ...BODY, max_tokens: 2000 })).text(),
    );
    (await Promise.all(answers)).forEach((text) => assert.equal(eventsOf(text).length, 2000));
    for (const replica of replicas) assert.equal(await ended(replica.url), 5);
  });

  it('tries the others when a replica fails, is gone, or dies before its first token', async () => {
    const good = await start();
    const failing = await start({ faults: { ...NO_FAULTS, error: 1 } });
    const gone = await start();
    gone.close();
    await gone.ended;
    const dying = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.flushHeaders();
      setTimeout(() => response.destroy(), 20);
    });
    await new Promise<void>((resolve) => dying.listen(0, '127.0.0.1', resolve));
    const { port } = dying.address() as AddressInfo;
    const { url } = await open(
      [failing.url, gone.url, `http://127.0.0.1:${port}`, good.url].map((at) => `serve ${at}`).join('\n'),
    );
    for (let i = 0; i < 6; i++)
      assert.equal(eventsOf(await (await post(url, '/v1/completions', BODY)).text()).length, 20);
    dying.close();
    const metrics = await metricsOf(url);
    assert.equal(metrics.get('foresail_router_answered_total'), 6);
    assert.ok(metrics.get('foresail_router_retries_total')! >= 3);
    assert.equal(metrics.get('foresail_router_serve_endpoints'), 4);
  });

  it('passes an error of the request on, and tries nothing else', async () => {
    const [prefill, decode] = [await start({ role: 'prefill' }), await start({ role: 'decode' })];
    const { url } = await open(`prefill ${prefill.url}\ndecode ${decode.url}`);
    const answer = await post(url, '/v1/completions', { prompt: 'a', model: 'other' });
    assert.equal(answer.status, 404);
    assert.equal(((await answer.json()) as { error: { type: string } }).error.type, 'NotFoundError');
    assert.equal((await fetch(`${url}/v1/completions`, { method: 'POST', body: '{' })).status, 400);
    assert.equal((await metricsOf(url)).get('foresail_router_retries_total'), 0);
  });

  it('breaks a stream off when its replica dies in the middle', async () => {
    const replica = await start();
    const { url } = await open(`serve ${replica.url}`);
    const response = await post(url, '/v1/completions', { ...BODY, max_tokens: 5000 });
    setTimeout(() => replica.close(), 50);
    await assert.rejects(response.text());
    await eventually(async () => assert.equal((await metricsOf(url)).get('foresail_router_failed_total'), 1));
  });

  it('gives a request up when its client goes', async () => {
    const replica = await start();
    const { url } = await open(`serve ${replica.url}`);
    const client = new AbortController();
    const response = await post(url, '/v1/completions', { ...BODY, max_tokens: 50_000 }, client.signal);
    await response.body!.getReader().read();
    client.abort();
    await eventually(async () => {
      const metrics = await metricsOf(replica.url);
      assert.equal(metrics.get(`${METRIC.requestsEnded}{${LABELS},finished_reason="abort"}`), 1);
      assert.equal((await metricsOf(url)).get('foresail_router_serve_outstanding'), 0);
    });
  });

  it('is healthy while it can serve, and lists the models of its replicas', async () => {
    const replica = await start();
    const router = await open('');
    assert.equal((await fetch(`${router.url}/health`)).status, 503);
    assert.equal((await post(router.url, '/v1/completions', BODY)).status, 503);
    router.update([{ role: 'prefill', url: replica.url }]);
    assert.equal((await fetch(`${router.url}/health`)).status, 503);
    router.update([{ role: 'serve', url: replica.url }]);
    assert.equal((await fetch(`${router.url}/health`)).status, 200);
    const { data } = (await (await fetch(`${router.url}/v1/models`)).json()) as { data: { id: string }[] };
    assert.equal(data[0]!.id, 'plain');
    assert.equal((await fetch(`${router.url}/nothing`)).status, 404);
  });

  it('answers 502 when no endpoint does', async () => {
    const { url } = await open('serve http://127.0.0.1:9');
    assert.equal((await post(url, '/v1/completions', BODY)).status, 502);
  });

  it('finishes what it has while it drains', async () => {
    const replica = await start();
    const router = await open(`serve ${replica.url}`);
    const running = await post(router.url, '/v1/completions', { ...BODY, max_tokens: 2000 });
    router.drain();
    assert.equal((await post(router.url, '/v1/completions', BODY)).status, 503);
    assert.equal(eventsOf(await running.text()).length, 2000);
    assert.equal(await router.ended, 'drained');
  });

  it('follows a file of endpoints, and keeps the last list when it is broken', async () => {
    const file = write('endpoints', 'serve http://a:1 # the first\n\n');
    const lists: string[] = [];
    const errors: string[] = [];
    const stop = watchEndpoints(
      file,
      (lines) => lists.push(lines.map(({ role, url }) => `${role} ${url}`).join(', ')),
      (message) => errors.push(message),
    );
    try {
      writeFileSync(file, 'serve http://a:1\ndecode http://b:2/\n');
      for (let i = 0; i < 60 && lists.length < 2; i++) await sleep(50);
      writeFileSync(file, 'nonsense');
      for (let i = 0; i < 60 && errors.length < 1; i++) await sleep(50);
    } finally {
      stop();
    }
    assert.deepEqual(lists, ['serve http://a:1', 'serve http://a:1, decode http://b:2']);
    assert.match(errors[0]!, /endpoints:1: want a role/);
  });

  for (const text of ['serve', 'router http://a', 'serve a:1', 'serve ftp://a', 'serve http://a http://b'])
    it(`refuses the endpoint line "${text}"`, () => assert.throws(() => parseEndpoints(text, 'x'), InputError));

  it('prefers few requests, then whose turn it is, and those that could be reached', () => {
    const endpoint = (url: string, outstanding: number, downUntil = -Infinity): Endpoint => ({
      ...{ role: 'serve' as const, url, outstanding, downUntil },
    });
    const all = [endpoint('a', 2), endpoint('b', 1), endpoint('c', 1), endpoint('d', 0, 10)];
    const pick = (turn: number, now: number, tried = new Set<Endpoint>()): string | undefined =>
      chooseEndpoint(all, 'serve', tried, now, turn)?.url;
    assert.deepEqual([pick(0, 5), pick(1, 5), pick(2, 5), pick(0, 11)], ['b', 'b', 'c', 'd']);
    assert.equal(pick(0, 5, new Set(all.slice(0, 3))), 'd');
    assert.equal(pick(0, 5, new Set(all)), undefined);
    updateEndpoints(all, [
      { role: 'serve', url: 'b' },
      { role: 'decode', url: 'b' },
    ]);
    assert.deepEqual(
      all.map(({ role, outstanding }) => [role, outstanding]),
      [
        ['serve', 1],
        ['decode', 0],
      ],
    );
  });
});
