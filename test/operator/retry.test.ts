import assert from 'node:assert/strict';
import type { KubeError } from '../../src/operator/kube/kube-api.js';
import { withRetries } from '../../src/operator/kube/retry.js';
import { fakeKube } from '../helpers/fake-kube.js';
import { manualClock } from '../helpers/manual-clock.js';
import { deploymentPath, pass, putFleet } from '../helpers/operator.js';

const PATH = `${deploymentPath('llama')}/scale`;

/** Asks for the scale while so many answers are refusals; the answer's status, when it came, and how often was asked. */
async function ask(status: number, times: number, retryAfterSeconds?: number) {
  const kube = fakeKube();
  const clock = manualClock();
  putFleet(kube, 'llama', 2);
  kube.fail('GET', /scale$/, status, times, retryAfterSeconds);
  const api = withRetries(kube, { clock, random: () => 1 });
  const end = { status: 0, at: 0 };
  void api
    .send({ method: 'GET', path: PATH })
    .then(
      () => (end.status = 200),
      (error: unknown) => (end.status = (error as KubeError).status),
    )
    .finally(() => (end.at = clock.now()));
  await pass(clock, 60, 0.5);
  return { ...end, asked: kube.requests.length };
}

describe('a request to an API server', () => {
  for (const status of [429, 500, 503, 504, 0])
    it(`is tried again after ${status === 0 ? 'no answer' : status}, later and later`, async () => {
      assert.deepEqual(await ask(status, 2), { status: 200, at: 1.5, asked: 3 });
    });

  it('waits as long as the server asks for', async () => {
    assert.deepEqual(await ask(429, 1, 7), { status: 200, at: 7, asked: 2 });
  });

  it('does not wait longer than it may: whoever asked decides', async () => {
    assert.deepEqual(await ask(429, 1, 300), { status: 429, at: 0, asked: 1 });
  });

  it('gives up after four attempts', async () => {
    assert.deepEqual(await ask(500, 9), { status: 500, at: 3.5, asked: 4 });
  });

  for (const status of [403, 404, 409, 410, 422])
    it(`is not tried again after ${status}`, async () => {
      assert.deepEqual(await ask(status, 1), { status, at: 0, asked: 1 });
    });
});
