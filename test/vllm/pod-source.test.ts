import assert from 'node:assert/strict';
import { UpstreamError } from '../../src/base/index.js';
import { openStore, type Store } from '../../src/store/index.js';
import { podSource, type MetricsSource, type PodAddress, type PodOptions } from '../../src/vllm/index.js';
import { fastEmulators, post } from '../helpers/emulators.js';
import { fakePrometheuses, type FakePrometheus } from '../helpers/fake-prometheus.js';

/** A page of metrics with these totals. */
function page(totals: Readonly<Record<string, number>>, model = 'm'): string {
  const lines = Object.entries(totals).map(([series, value]) => {
    const [name, labels] = series.split('|');
    return `vllm:${name}{model_name="${model}",engine="0"${labels === undefined ? '' : `,${labels}`}} ${value}`;
  });
  return `# HELP vllm:x y\n${lines.join('\n')}\nother_metric 1\n`;
}

const totals = (ended: number, running: number, waiting = 0): Record<string, number> => ({
  'request_success_total|finished_reason="stop"': ended,
  num_requests_running: running,
  num_requests_waiting: waiting,
  prompt_tokens_total: 100 * ended,
  generation_tokens_total: 10 * ended,
});

describe('reading a service from its pods', () => {
  const start = fakePrometheuses();
  let server: FakePrometheus;
  let store: Store;
  let collection = 0;
  const pages = new Map<string, string | null>();
  const pod = (name: string, role: PodAddress['role'] = 'serve'): PodAddress => ({
    role,
    name,
    url: `${server.url}/${name}`,
  });
  before(async () => {
    server = await start();
    store = await openStore(':memory:');
  });
  beforeEach(() => {
    collection++;
    pages.clear();
    server.behave(({ path }, response) => {
      const text = pages.get(path.slice(1));
      if (text === null) response.destroy();
      else response.writeHead(text === undefined ? 404 : 200).end(text);
    });
  });
  after(() => store.close());
  const open = (options: Partial<PodOptions> = {}): MetricsSource =>
    podSource({
      ...{ store, collection: `bins ${collection}`, binSeconds: 60, timeZone: 'UTC', historySeconds: 86400 },
      ...{ model: 'm', roles: ['serve'], pods: () => Promise.resolve([pod('a'), pod('b')]), timeoutSeconds: 0.5 },
      ...options,
    });
  /** Reads every 15 s from 0 on, the pods' pages as `at` says. */
  const readFor = async (source: MetricsSource, to: number, at: (moment: number) => void, from = 0): Promise<void> => {
    for (let moment = from; moment <= to; moment += 15) {
      at(moment);
      await source.now(moment);
    }
  };

  it('counts what arrived: what ended, and what still runs or waits', async () => {
    const source = open();
    await readFor(source, 180, (at) => {
      pages.set('a', page(totals(at / 3, 5 + at / 15, 2)));
      pages.set('b', page(totals(1000 + at, 0)));
    });
    const load = await source.history(0, 180, 60);
    assert.deepEqual([...load.observed], [1, 1, 1]);
    assert.deepEqual([...load.requests].map(Math.round), [20 + 4 + 60, 84, 84]);
    assert.deepEqual([...load.promptTokens].map(Math.round), [8000, 8000, 8000]);
    assert.deepEqual([...load.outputTokens].map(Math.round), [800, 800, 800]);
  });

  it('shows the queues, and which pod runs what', async () => {
    pages.set('a', page({ ...totals(0, 3, 4), kv_cache_usage_perc: 0.5 }));
    pages.set('b', page({ ...totals(0, 0, 1), gpu_cache_usage_perc: 0.1 }));
    const { roles, emptiestPods, newestSampleAt, ttft } = await open().now(7);
    assert.deepEqual(roles, { serve: { waiting: 5, running: 3, kvUse: 0.3, newestSampleAt: 7 } });
    assert.deepEqual(emptiestPods, { serve: { a: 3, b: 0 } });
    assert.deepEqual([newestSampleAt, ttft], [7, null]);
  });

  it('tells how fast the last window was', async () => {
    const source = open({ pods: () => Promise.resolve([pod('a')]), windowSeconds: 60 });
    const timed = (count: number, ttft: number): string =>
      page({ ...totals(count, 0), time_to_first_token_seconds_sum: ttft, time_to_first_token_seconds_count: count });
    pages.set('a', timed(10, 100));
    await source.now(0);
    pages.set('a', timed(20, 105));
    assert.equal((await source.now(15)).ttft, 0.5);
    pages.set('a', timed(20, 105));
    assert.equal((await source.now(30)).ttft, 0.5);
    assert.equal((await source.now(100)).ttft, null, 'nothing finished in the window');
  });

  it('goes on where a counter began anew, and lets a new pod begin where it is', async () => {
    const source = open();
    await readFor(source, 60, (at) => {
      pages.set('a', page(totals(at < 30 ? 500 + at : at, 0)));
      if (at >= 45) pages.set('b', page(totals(9000, 3)));
    });
    const load = await source.history(0, 60, 60);
    assert.equal(Math.round(load.requests[0]!), 15 + 30 + 15 + 15);
  });

  it('counts up what a pod did not tell for a moment', async () => {
    const source = open();
    await readFor(source, 60, (at) => {
      pages.set('a', page(totals(at, 0)));
      pages.set('b', at === 30 ? null : page(totals(2 * at, 0)));
    });
    const load = await source.history(0, 60, 60);
    assert.equal(Math.round(load.requests[0]!), 180);
  });

  it('misses the bins that were not read, and never takes them for 0', async () => {
    const source = open();
    pages.set('a', page(totals(0, 0)));
    await readFor(source, 60, () => undefined);
    await readFor(source, 360, (at) => pages.set('a', page(totals(at, 0))), 300);
    const load = await source.history(0, 420, 60);
    assert.deepEqual([...load.observed], [1, 0, 0, 0, 0, 1, 0]);
    assert.deepEqual([...load.requests].map(Math.round), [0, 0, 0, 0, 0, 60, 0]);
  });

  it('does not know arrivals where a metric is missing', async () => {
    const source = open({ pods: () => Promise.resolve([pod('a')]) });
    await readFor(source, 60, () => pages.set('a', page({ num_requests_running: 3 })));
    const load = await source.history(0, 60, 60);
    assert.deepEqual([...load.observed], [0]);
    const { roles } = await source.now(75);
    assert.deepEqual(roles.serve, { waiting: null, running: 3, kvUse: null, newestSampleAt: 75 });
  });

  it('counts a request once where prefill and decode pods both serve it', async () => {
    const source = open({
      roles: ['prefill', 'decode'],
      pods: () => Promise.resolve([pod('a', 'prefill'), pod('b', 'decode')]),
    });
    await readFor(source, 60, (at) => ['a', 'b'].forEach((name) => pages.set(name, page(totals(at, 0)))));
    const load = await source.history(0, 60, 60);
    assert.deepEqual(
      [load.requests[0], load.promptTokens[0], load.outputTokens[0]].map((x) => Math.round(x!)),
      [60, 6000, 600],
    );
  });

  it('has the history of an earlier process, and the lengths with it', async () => {
    const lengths = (count: number): Record<string, number> => ({
      ...totals(count, 0),
      ...{ 'request_prompt_tokens_bucket|le="200"': count, 'request_prompt_tokens_bucket|le="100"': 0 },
      ...{ 'request_generation_tokens_bucket|le="20"': count, 'request_generation_tokens_bucket|le="10"': 0 },
      ...{ request_prompt_tokens_sum: 150 * count, request_generation_tokens_sum: 15 * count },
    });
    await readFor(open(), 120, (at) => pages.set('a', page(lengths(at))));
    const later = open();
    assert.deepEqual([...(await later.history(0, 120, 60)).requests].map(Math.round), [60, 60]);
    const mix = (await later.mix(0, 120))!;
    const total = mix.weights.reduce((sum, weight) => sum + weight, 0);
    assert.ok(Math.abs(total - 120) < 1e-6);
    assert.ok(Math.abs(mix.weights.reduce((sum, w, cell) => sum + w * mix.meanPrompt[cell]!, 0) / total - 150) < 1e-6);
    assert.equal(await later.mix(200, 300), null);
  });

  it('leaves out other models and lines that are none', async () => {
    pages.set(
      'a',
      `${page(totals(5, 1))}${page(totals(0, 40), 'other')}vllm:num_requests_running{model_name="m" 7\nvllm:x`,
    );
    const { roles } = await open({ pods: () => Promise.resolve([pod('a')]) }).now(0);
    assert.equal(roles.serve!.running, 1);
  });

  it('knows nothing while there are no pods', async () => {
    const { roles, newestSampleAt } = await open({ pods: () => Promise.resolve([]) }).now(0);
    assert.deepEqual(roles, { serve: { waiting: null, running: null, kvUse: null, newestSampleAt: null } });
    assert.equal(newestSampleAt, null);
  });

  it('knows nothing of a pool of which no pod answers, and that the service is not seen whole', async () => {
    pages.set('a', null);
    pages.set('b', page(totals(5, 2)));
    const source = open({
      roles: ['prefill', 'decode'],
      pods: () => Promise.resolve([pod('a', 'prefill'), pod('b', 'decode')]),
    });
    const { roles, newestSampleAt } = await source.now(7);
    assert.deepEqual(roles.prefill, { waiting: null, running: null, kvUse: null, newestSampleAt: null });
    assert.deepEqual([roles.decode!.running, roles.decode!.newestSampleAt, newestSampleAt], [2, 7, null]);
  });

  it('reads the present though it cannot be kept, says so, and misses those bins', async () => {
    let isFull = false;
    const full: Store = {
      ...store,
      put(...entry) {
        if (isFull) throw new Error('database or disk is full');
        store.put(...entry);
      },
    };
    const source = open({ store: full, pods: () => Promise.resolve([pod('a')]) });
    const told = new Set<string | undefined>();
    for (let at = 0; at <= 180; at += 15) {
      isFull = at > 60 && at <= 120;
      pages.set('a', page(totals(at, 3)));
      const { roles, notKept } = await source.now(at);
      assert.equal(roles.serve!.running, 3);
      assert.equal(notKept, isFull ? 'database or disk is full' : undefined);
      told.add(notKept);
    }
    assert.equal(told.size, 2);
    const load = await source.history(0, 180, 60);
    assert.deepEqual([...load.observed], [1, 0, 1]);
    assert.deepEqual([...load.requests].map(Math.round), [60, 0, 60]);
  });

  it('throws an UpstreamError when none of the pods answers', async () => {
    pages.set('a', null);
    await assert.rejects(open().now(0), UpstreamError);
  });

  it('refuses bins of another width than it keeps', async () => {
    await assert.rejects(open().history(0, 60, 30), RangeError);
  });
});

describe('reading an emulated pod', () => {
  const emulate = fastEmulators();

  it('finds the requests that it served', async () => {
    const emulator = await emulate({ modelName: 'm' });
    const store = await openStore(':memory:');
    const source = podSource({
      ...{
        store,
        collection: 'bins',
        binSeconds: 60,
        timeZone: 'UTC',
        historySeconds: 86400,
        model: 'm',
        roles: ['serve'],
      },
      pods: () => Promise.resolve([{ role: 'serve', name: 'a', url: `${emulator.url}/metrics` }]),
    });
    await source.now(0);
    for (let i = 0; i < 5; i++)
      await post(emulator.url, '/v1/completions', { prompt: 'one two three', max_tokens: 4, ignore_eos: true });
    const { roles, ttft, tpot } = await source.now(60);
    const load = await source.history(0, 60, 60);
    assert.deepEqual([load.requests[0], load.promptTokens[0], load.outputTokens[0]], [5, 15, 20]);
    assert.deepEqual([roles.serve!.waiting, roles.serve!.running], [0, 0]);
    assert.ok(ttft! > 0 && tpot! > 0);
    store.close();
  });
});
