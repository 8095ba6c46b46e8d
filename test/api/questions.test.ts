import assert from 'node:assert/strict';
import { QUESTIONS, type Kind } from '../../src/api/index.js';
import { ask, endOfJob, testServices } from '../helpers/service.js';

const SLO = { ttftSeconds: 1, tpotSeconds: 0.03 };
const PART = { fromSeconds: 86400, forSeconds: 7200 };

/** The answer to a question, at once or by its job, checked against its schema. */
async function answerOf(url: string, kind: Kind, question: object): Promise<Record<string, unknown>> {
  const { status, body } = await ask(`${url}/v1/${kind}`, 'POST', question);
  assert.ok(status === 200 || status === 202, `${status} ${JSON.stringify(body)}`);
  const job = status === 200 ? null : await endOfJob(url, String(body.id));
  assert.ok(job === null || job.state === 'done', JSON.stringify(job));
  const answer = (job?.answer ?? body) as Record<string, unknown>;
  QUESTIONS[kind].answer.parse(answer);
  return answer;
}

describe('questions to the service', function () {
  this.timeout(60_000);
  const start = testServices();
  let url = '';
  before(async () => {
    ({ url } = await start());
  });

  it('forecasts with a band that never falls with its level', async () => {
    const { steps, history } = (await answerOf(url, 'forecast', { steps: 6, model: 'yesterday' })) as {
      steps: { p50: number; p90: number; p99: number }[];
      history: unknown[];
    };
    assert.equal(steps.length, 6);
    assert.equal(history.length, 500);
    for (const { p50, p90, p99 } of steps) assert.ok(0 <= p50 && p50 <= p90 && p90 <= p99);
  });

  it('scales a forecast with the load', async () => {
    const one = (await answerOf(url, 'forecast', { steps: 1, model: 'moving-average' })) as {
      steps: { mean: number }[];
    };
    const ten = (await answerOf(url, 'forecast', { steps: 1, model: 'moving-average', traffic: { growth: 10 } })) as {
      steps: { mean: number }[];
    };
    const ratio = ten.steps[0]!.mean / one.steps[0]!.mean;
    assert.ok(ratio > 6 && ratio < 14, String(ratio));
  });

  it('simulates: more instances serve no worse', async () => {
    const at = (serve: number): Promise<Record<string, unknown>> =>
      answerOf(url, 'simulate', { traffic: { ...PART, meanRate: 3 }, counts: { serve }, slo: SLO });
    const [few, many] = [await at(1), await at(3)];
    assert.equal(few.requests, many.requests);
    assert.ok(Number(many.attainment) >= Number(few.attainment) - 0.01);
  });

  it('finds goodputs, and keeps them', async () => {
    const question = { gpus: 2, slo: SLO, requests: 200, traffic: PART };
    const first = await answerOf(url, 'goodput', question);
    const { configurations } = first as { configurations: { goodput: number; gpus: number }[] };
    assert.equal(configurations.length, 2);
    for (const { goodput } of configurations) assert.ok(goodput > 0);
    const again = await ask(`${url}/v1/goodput`, 'POST', question);
    assert.equal(again.status, 200);
    assert.deepEqual(again.body, first);
  });

  it('plans by a job first and at once from the kept table', async () => {
    const question = {
      traffic: { ...PART, meanRate: 20 },
      ...{ slo: SLO, maxGpus: 3, steps: 4, model: 'moving-average' },
    };
    const first = (await answerOf(url, 'plan', question)) as { steps: { prefill: number; decode: number }[] };
    assert.equal(first.steps.length, 4);
    for (const { prefill, decode } of first.steps) assert.ok(prefill >= 1 && decode >= 1 && prefill + decode <= 3);
    const again = await ask(`${url}/v1/plan`, 'POST', question);
    assert.equal(again.status, 200);
    assert.deepEqual(again.body, first);
  });

  it('sizes: the fewest GPUs keep the SLO, one fewer does not, and more load needs no fewer', async () => {
    const answer = await answerOf(url, 'capacity', {
      traffic: { ...PART, meanRate: 25 },
      ...{ slo: { ttftSeconds: 1, tpotSeconds: 0.015 }, maxGpus: 6, splits: 'serve', redraws: 2 },
    });
    const { best, profiles } = answer as {
      best: { gpus: number; attainment: number; headroom: number; busiest: { low: number; high: number } };
      profiles: { curve: { gpus: number; attainment: number }[]; gpusAtLoad: { gpus: number | null }[] }[];
    };
    assert.ok(best.attainment >= 0.9 && best.headroom >= 1);
    assert.ok(best.busiest.low <= best.busiest.high);
    const fewer = profiles[0]!.curve.find(({ gpus }) => gpus === best.gpus - 1);
    assert.ok(fewer === undefined || fewer.attainment < 0.9);
    const needed = profiles[0]!.gpusAtLoad.map(({ gpus }) => gpus ?? Infinity);
    assert.deepEqual(
      needed,
      [...needed].sort((a, b) => a - b),
    );
  });

  it('holds a contest', async () => {
    const answer = await answerOf(url, 'contest', {
      traffic: { fromSeconds: 86400, forSeconds: 5400, meanRate: 15 },
      ...{ slo: SLO, gpus: 3, windowSeconds: 1200, model: 'moving-average' },
    });
    const { results, ranking } = answer as { results: { policy: string; requests: number }[]; ranking: string[] };
    assert.equal(results.length, 3);
    assert.equal(new Set(results.map(({ requests }) => requests)).size, 1);
    assert.deepEqual([...ranking].sort(), results.map(({ policy }) => policy).sort());
  });

  it('names the fields at fault, all at once', async () => {
    const { status, body, headers } = await ask(`${url}/v1/plan`, 'POST', {
      traffic: { factor: 1, meanRate: 2, colour: 'red' },
      slo: {},
      maxGpus: 1000,
    });
    assert.equal(status, 400);
    assert.match(headers.get('content-type') ?? '', /^application\/problem\+json/);
    const pointers = (body.errors as { pointer: string }[]).map(({ pointer }) => pointer);
    assert.deepEqual(pointers.sort(), ['/maxGpus', '/slo', '/traffic', '/traffic/colour']);
  });

  it('names the field that only the work finds out', async () => {
    const question = { traffic: { fromSeconds: 700_000 }, counts: { serve: 1 }, slo: SLO };
    const { status, body } = await ask(`${url}/v1/simulate`, 'POST', question);
    assert.equal(status, 400);
    assert.equal((body.errors as { pointer: string }[])[0]!.pointer, '/traffic/fromSeconds');
  });

  it('bounds simulated sizes, bodies and content types', async () => {
    const huge = { traffic: { meanRate: 1000 }, counts: { serve: 1 }, slo: SLO };
    assert.equal((await ask(`${url}/v1/simulate`, 'POST', huge)).status, 400);
    const fat = await ask(`${url}/v1/simulate`, 'POST', { text: 'x'.repeat(100_000) });
    assert.equal(fat.status, 413);
    const wrong = await fetch(`${url}/v1/simulate`, { method: 'POST', body: '{}' });
    assert.equal(wrong.status, 415);
    const broken = await fetch(`${url}/v1/simulate`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"traffic":',
    });
    assert.equal(broken.status, 400);
  });
});
