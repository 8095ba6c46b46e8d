import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ask, endOfJob, testServices } from '../helpers/service.js';

const LONG = { gpus: 12, upTo: true, slo: { ttftSeconds: 1 }, requests: 50_000 };
const SHORT = { counts: { serve: 1 }, slo: { ttftSeconds: 1 }, requests: 100, seed: 5 };
const ASYNC = { prefer: 'respond-async' };

describe('jobs of the service', function () {
  this.timeout(60_000);
  const start = testServices();

  it('queue, are cancelled, and are refused with Retry-After when too many wait', async () => {
    const { url } = await start({ mostWaiting: 1 });
    const running = await ask(`${url}/v1/goodput`, 'POST', LONG);
    assert.equal(running.status, 202);
    assert.equal(running.headers.get('location'), `/v1/jobs/${String(running.body.id)}`);
    const waiting = await ask(`${url}/v1/goodput`, 'POST', { ...LONG, seed: 2 });
    assert.equal(waiting.status, 202);
    const refused = await ask(`${url}/v1/goodput`, 'POST', { ...LONG, seed: 3 });
    assert.equal(refused.status, 429);
    assert.ok(Number(refused.headers.get('retry-after')) >= 1);
    for (const { body } of [waiting, running]) {
      const cancelled = await ask(`${url}/v1/jobs/${String(body.id)}`, 'DELETE');
      assert.equal(cancelled.body.state, 'cancelled');
      assert.equal((await ask(`${url}/v1/jobs/${String(body.id)}`, 'DELETE')).status, 409);
    }
    const next = await ask(`${url}/v1/goodput`, 'POST', SHORT, ASYNC);
    assert.equal((await endOfJob(url, String(next.body.id))).state, 'done');
  });

  it('tell their progress as events, up to the end', async () => {
    const { url } = await start();
    const { body } = await ask(`${url}/v1/goodput`, 'POST', { ...SHORT, seed: 6 }, ASYNC);
    const events = await fetch(`${url}/v1/jobs/${String(body.id)}/events`);
    assert.match(events.headers.get('content-type') ?? '', /^text\/event-stream/);
    const states = [...(await events.text()).matchAll(/^data: (.*)$/gm)].map(
      ([, data]) => (JSON.parse(data!) as { state: string }).state,
    );
    assert.equal(states.at(-1), 'done');
  });

  it('survive a restart: what ran is taken up again, what was done is kept', async () => {
    const dataFolder = await mkdtemp(path.join(tmpdir(), 'foresail-'));
    const first = await start({ dataFolder });
    const done = await ask(`${first.url}/v1/goodput`, 'POST', SHORT, ASYNC);
    await endOfJob(first.url, String(done.body.id));
    const long = await ask(`${first.url}/v1/goodput`, 'POST', LONG);
    const short = await ask(`${first.url}/v1/goodput`, 'POST', { ...SHORT, seed: 7 }, ASYNC);
    first.close();
    await first.ended;
    const second = await start({ dataFolder });
    const kept = await ask(`${second.url}/v1/jobs/${String(done.body.id)}`, 'GET');
    assert.equal(kept.body.state, 'done');
    assert.notEqual(kept.body.answer, null);
    const again = await ask(`${second.url}/v1/jobs/${String(long.body.id)}`, 'GET');
    assert.equal(again.body.state, 'running');
    await ask(`${second.url}/v1/jobs/${String(long.body.id)}`, 'DELETE');
    assert.equal((await endOfJob(second.url, String(short.body.id))).state, 'done');
    second.close();
    await second.ended;
    await rm(dataFolder, { recursive: true });
  });

  it('fail with a problem that names the field', async () => {
    const { url } = await start();
    const question = { traffic: { fromSeconds: 700_000 }, slo: { ttftSeconds: 1 } };
    const { body } = await ask(`${url}/v1/capacity`, 'POST', question);
    const job = (await endOfJob(url, String(body.id))) as { state: string; problem: { errors: { pointer: string }[] } };
    assert.equal(job.state, 'failed');
    assert.equal(job.problem.errors[0]!.pointer, '/traffic/fromSeconds');
  });

  it('are not found under other names', async () => {
    const { url } = await start();
    assert.equal((await ask(`${url}/v1/jobs/..%2F..%2Fetc%2Fpasswd`, 'GET')).status, 400);
    assert.equal((await ask(`${url}/v1/jobs/00000000-0000-4000-8000-000000000000`, 'GET')).status, 404);
    assert.equal((await ask(`${url}/nothing`, 'GET')).status, 404);
  });
});
