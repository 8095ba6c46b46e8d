import assert from 'node:assert/strict';
import { ForesailProblem, openClient } from '../../clients/typescript/src/index.js';
import { testServices } from '../helpers/service.js';

const TOKEN = 'a-token-of-some-length';
const SLO = { ttftSeconds: 1, tpotSeconds: 0.03 };

describe('the TypeScript client', function () {
  this.timeout(60_000);
  const start = testServices();

  it('asks, waits for a job, and lists', async () => {
    const { url } = await start({ tokens: [TOKEN] });
    const client = openClient({ url: `${url}/`, token: TOKEN });
    const { steps } = await client.ask('forecast', { steps: 2, model: 'yesterday' });
    assert.equal(steps.length, 2);
    const traffic = { fromSeconds: 86400, forSeconds: 3600, meanRate: 2 };
    const { best } = await client.ask('capacity', { traffic, slo: SLO, maxGpus: 2, splits: 'serve', redraws: 1 });
    assert.equal(best?.counts.serve, best?.gpus);
    assert.equal((await client.jobs())[0]!.state, 'done');
    assert.ok((await client.profiles()).some(({ isDefault }) => isDefault));
    assert.equal(await client.live(), null);
    const trace = await client.uploadTrace('time,prompt_tokens,output_tokens\n0,10,5\n9,10,5\n', 'two');
    assert.equal(trace.requests, 2);
    await client.deleteTrace(trace.id);
    assert.deepEqual(
      (await client.traces()).map(({ id }) => id),
      ['modelled-week'],
    );
  });

  it('rejects with the problem', async () => {
    const { url } = await start({ tokens: [TOKEN] });
    await assert.rejects(openClient({ url }).jobs(), (error: unknown) => {
      assert.ok(error instanceof ForesailProblem);
      assert.equal(error.status, 401);
      return true;
    });
    const late = openClient({ url, token: TOKEN }).ask('capacity', { traffic: { fromSeconds: 700_000 }, slo: SLO });
    await assert.rejects(late, /traffic.fromSeconds/);
  });
});
