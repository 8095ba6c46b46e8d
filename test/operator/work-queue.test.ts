import assert from 'node:assert/strict';
import { openWorkQueue } from '../../src/operator/work-queue.js';
import { manualClock } from '../helpers/manual-clock.js';
import { pass, settle } from '../helpers/operator.js';

/** A queue whose work is noted, and ends when it is told to. */
function rig(work: (key: string, run: number) => Promise<number | null> | number | null, atOnce = 4) {
  const clock = manualClock();
  const runs: string[] = [];
  const errors: string[] = [];
  const counts = new Map<string, number>();
  const queue = openWorkQueue({
    ...{ clock, atOnce, random: () => 1 },
    work: async (key) => {
      runs.push(`${key}@${clock.now()}`);
      counts.set(key, (counts.get(key) ?? 0) + 1);
      return await work(key, counts.get(key)!);
    },
    onError: (key, error) => errors.push(`${key}: ${(error as Error).message}`),
  });
  return { clock, runs, errors, queue };
}

describe('a work queue', () => {
  it('works on a key once for however many reasons', async () => {
    const { queue, runs } = rig(() => null);
    for (let i = 0; i < 5; i++) queue.add('a');
    await settle();
    assert.deepEqual(runs, ['a@0']);
    await queue.stop();
  });

  it('works on a key again when it was added meanwhile, and never twice at a time', async () => {
    let end = (): void => undefined;
    const { clock, queue, runs } = rig((key, run) =>
      key === 'a' && run === 1 ? new Promise((resolve) => (end = () => resolve(null))) : null,
    );
    queue.add('a');
    await pass(clock, 5);
    queue.add('a');
    queue.add('b');
    await pass(clock, 5);
    assert.deepEqual(runs, ['a@0', 'b@5']);
    end();
    await settle();
    assert.deepEqual(runs, ['a@0', 'b@5', 'a@10']);
    await queue.stop();
  });

  it('comes back to a key when its work says so, or sooner when it is added', async () => {
    const { clock, queue, runs } = rig(() => 15);
    queue.add('a');
    await pass(clock, 20);
    queue.add('a');
    await pass(clock, 12);
    queue.add('a', 60); // is due sooner anyhow
    await pass(clock, 4);
    assert.deepEqual(runs, ['a@0', 'a@15', 'a@20', 'a@35']);
    await queue.stop();
  });

  it('keeps a second between two rounds of a key, however often it is added', async () => {
    const { clock, queue, runs } = rig(() => null);
    for (let i = 0; i < 30; i++) {
      queue.add('a');
      await pass(clock, 0.1, 0.1);
    }
    assert.ok(runs.length <= 4, `${runs.length} rounds in 3 s`);
    await queue.stop();
  });

  it('waits twice as long after each failure, and as before after a success', async () => {
    const { clock, queue, runs, errors } = rig((_, run) => (run <= 3 ? Promise.reject(new Error(`no ${run}`)) : 100));
    queue.add('a');
    await pass(clock, 20);
    assert.deepEqual(runs, ['a@0', 'a@1', 'a@3', 'a@7']);
    assert.deepEqual(errors, ['a: no 1', 'a: no 2', 'a: no 3']);
    await queue.stop();
  });

  it('waits as long as a failure asks for', async () => {
    const failure = Object.assign(new Error('busy'), { retryAfterSeconds: 30 });
    const { clock, queue, runs } = rig((_, run) => (run === 1 ? Promise.reject(failure) : null));
    queue.add('a');
    await pass(clock, 40);
    assert.deepEqual(runs, ['a@0', 'a@30']);
    await queue.stop();
  });

  it('works on no more keys at once than it may, oldest first', async () => {
    const ends: (() => void)[] = [];
    const { queue, runs } = rig(() => new Promise((resolve) => ends.push(() => resolve(null))), 2);
    for (const key of ['a', 'b', 'c']) queue.add(key);
    await settle();
    assert.deepEqual(runs, ['a@0', 'b@0']);
    ends[0]!();
    await settle();
    assert.deepEqual(runs, ['a@0', 'b@0', 'c@0']);
    ends.forEach((end) => end());
    await queue.stop();
  });

  it('starts nothing after it was stopped, and waits for what runs', async () => {
    let end = (): void => undefined;
    const { clock, queue, runs } = rig(() => new Promise((resolve) => (end = () => resolve(1))));
    queue.add('a');
    await settle();
    let isStopped = false;
    const stopping = queue.stop().then(() => (isStopped = true));
    await settle();
    assert.equal(isStopped, false);
    end();
    await stopping;
    queue.add('b');
    await pass(clock, 10);
    assert.deepEqual(runs, ['a@0']);
  });
});
