import assert from 'node:assert/strict';
import { QUESTIONS, liveAnswer } from '../../src/api/index.js';
import { UpstreamError } from '../../src/base/index.js';
import { mixFromHistograms } from '../../src/load/index.js';
import type { LiveReadings, MetricsSource } from '../../src/vllm/index.js';
import { ask, endOfJob, testServices } from '../helpers/service.js';

const NOW = 1_750_000_000;

/** A service whose load doubles every other minute, and which may be unwell. */
function plantedSource(): MetricsSource & {
  trouble: Error | null;
  asked: number[][];
  knowsLengths: boolean;
  isDark: boolean;
} {
  const lengths = { bounds: [90, 110], counts: [0, 500], sum: 50_000 };
  const source = {
    trouble: null as Error | null,
    ...{ asked: [] as number[][], knowsLengths: true, isDark: false },
    history(from: number, to: number, binSeconds: number) {
      source.asked.push([from, to, binSeconds]);
      const bins = Math.round((to - from) / binSeconds);
      const requests = Float64Array.from({ length: bins }, (_, bin) => binSeconds * (bin % 2 === 0 ? 1 : 2));
      return source.unlessIll({
        ...{ startEpochSeconds: from, timeZone: 'UTC', binSeconds, requests },
        promptTokens: requests.map((count) => 100 * count),
        outputTokens: requests.map((count) => 100 * count),
        observed: new Uint8Array(bins).fill(source.isDark ? 0 : 1),
      });
    },
    mix: () =>
      source.unlessIll(source.knowsLengths ? mixFromHistograms({ prompt: lengths, output: lengths }, 1) : null),
    now: (at: number) =>
      source.unlessIll<LiveReadings>({
        ...{ at, ttft: 0.5, tpot: null },
        roles: { serve: { waiting: 3, running: 5, kvUse: null, newestSampleAt: at - 2 } },
        ...{ newestSampleAt: at - 2, emptiestPods: { serve: { a: 2, b: 3, c: 0 } } },
      }),
    unlessIll: <T>(value: T): Promise<T> => (source.trouble ? Promise.reject(source.trouble) : Promise.resolve(value)),
    close: () => undefined,
  };
  return source;
}

describe('questions about a running service', function () {
  this.timeout(60_000);
  const start = testServices();
  const source = plantedSource();
  let url = '';
  before(async () => {
    ({ url } = await start({ live: { source, model: 'm' }, clock: () => NOW }));
  });
  beforeEach(() => {
    Object.assign(source, { trouble: null, knowsLengths: true, isDark: false });
    source.asked.length = 0;
  });
  const live = { traffic: { trace: 'live' } };
  const plan = { ...live, split: 'serve', maxGpus: 4, slo: { ttftSeconds: 2 }, model: 'last' };

  it('show it as it is now', async () => {
    const { status, body } = await ask(`${url}/v1/live`, 'GET');
    assert.equal(status, 200);
    assert.deepEqual(liveAnswer.parse(body), {
      ...{ model: 'm', atEpochSeconds: NOW, newestSampleEpochSeconds: NOW - 2, ttftSeconds: 0.5, tpotSeconds: null },
      ...{ pools: [{ role: 'serve', waiting: 3, running: 5, kvUse: null }], present: { serve: 3 } },
    });
  });

  it('forecast from its newest bins', async () => {
    const question = { ...live, binSeconds: 60, steps: 3, model: 'last' };
    const { status, body } = await ask(`${url}/v1/forecast`, 'POST', question);
    assert.equal(status, 200, JSON.stringify(body));
    const answer = QUESTIONS.forecast.answer.parse(body);
    const [from, to, bin] = source.asked[0]!;
    assert.deepEqual([to, bin], [Math.floor((NOW - 15) / 60) * 60, 60]);
    assert.equal(answer.startEpochSeconds, from);
    assert.equal(answer.startEpochSeconds + answer.originSeconds, to);
    assert.equal(answer.steps[0]!.mean, 120);
    assert.equal(answer.history.at(-1)!.value, 120);
    assert.equal(answer.steps[0]!.atSeconds, answer.originSeconds);
  });

  it('look back as far as they say, and scale the load as they say', async () => {
    const traffic = { trace: 'live', forSeconds: 600, meanRate: 15, growth: 2 };
    const { body } = await ask(`${url}/v1/forecast`, 'POST', {
      traffic,
      binSeconds: 60,
      steps: 1,
      model: 'moving-average',
    });
    const [from, to] = source.asked[0]!;
    assert.equal(to! - from!, 600);
    assert.ok(Math.abs((body.loadFactor as number) - 20) < 1e-9);
    const history = body.history as { value: number }[];
    const mean = history.reduce((sum, { value }) => sum + value, 0) / history.length;
    assert.ok(Math.abs(mean / 1800 - 1) < 0.1, `${mean}`);
  });

  it('are never answered from an earlier forecast', async () => {
    const question = { ...live, binSeconds: 60, steps: 1, model: 'last' };
    await ask(`${url}/v1/forecast`, 'POST', question);
    await ask(`${url}/v1/forecast`, 'POST', question);
    assert.equal(source.asked.length, 2);
  });

  it('plan from what runs, as a job first and at once when its table is kept', async () => {
    const first = await ask(`${url}/v1/plan`, 'POST', plan);
    assert.equal(first.status, 202, JSON.stringify(first.body));
    const job = await endOfJob(url, first.body.id as string);
    assert.equal(job.state, 'done', JSON.stringify(job));
    const answer = QUESTIONS.plan.answer.parse(job.answer);
    assert.deepEqual(answer.present, { serve: 3 });
    assert.equal(answer.steps[0]!.expectedRate, 2);
    const again = await ask(`${url}/v1/plan`, 'POST', { ...plan, quantile: 0.95 });
    assert.equal(again.status, 200, JSON.stringify(again.body));
    QUESTIONS.plan.answer.parse(again.body);
  });

  it('are refused where they are about the past of it, or about what only a trace can tell', async () => {
    const cases: [string, object, string][] = [
      ['simulate', { ...live, counts: { serve: 1 }, slo: { ttftSeconds: 1 } }, '/traffic/trace'],
      ['forecast', { traffic: { trace: 'live', fromSeconds: 60 } }, '/traffic/fromSeconds'],
    ];
    for (const [kind, question, pointer] of cases) {
      const { status, body } = await ask(`${url}/v1/${kind}`, 'POST', question);
      assert.equal(status, 400);
      assert.deepEqual((body.errors as { pointer: string }[])[0]!.pointer, pointer);
    }
  });

  it('are refused while nothing is known of it', async () => {
    source.knowsLengths = false;
    const noMix = await ask(`${url}/v1/plan`, 'POST', plan);
    assert.equal(noMix.status, 400);
    assert.match(noMix.body.detail as string, /no request has ended yet/);
    source.isDark = true;
    const dark = await ask(`${url}/v1/forecast`, 'POST', { ...live, model: 'last' });
    assert.equal(dark.status, 400);
    assert.match(dark.body.detail as string, /no bin of the running service is known yet/);
  });

  it('say that Prometheus is at fault, and not where it is', async () => {
    source.trouble = new UpstreamError('http://secret-host:9090/api/v1/query: no answer within 10 s');
    for (const [method, path, question] of [
      ['GET', 'live', undefined],
      ['POST', 'forecast', live],
      ['POST', 'plan', plan],
    ] as const) {
      const { status, body } = await ask(`${url}/v1/${path}`, method, question);
      assert.equal(status, 502);
      assert.doesNotMatch(JSON.stringify(body), /secret-host/);
    }
  });

  it('are refused where none is watched', async () => {
    const { url: plain } = await start();
    assert.equal((await ask(`${plain}/v1/live`, 'GET')).status, 404);
    const { status, body } = await ask(`${plain}/v1/forecast`, 'POST', live);
    assert.equal(status, 400);
    assert.match(body.detail as string, /start with --prometheus and --model/);
  });
});
