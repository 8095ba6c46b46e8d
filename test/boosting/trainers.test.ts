import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { openTrainers, tableOfRows, trainHistogram, type TrainingTask } from '../../src/boosting/index.js';
import { friedman } from '../helpers/boosting.js';

describe('trainers on worker threads', () => {
  const { table, targets } = friedman(1500, 8, 41);
  const shared = { trees: 30, rowSample: 0.7, columnSample: 0.5 };
  const tasks: TrainingTask[] = [
    { table, targets, parameters: { ...shared, seed: 1 } },
    { table, targets, parameters: { ...shared, seed: 2, objective: 'quantile', quantileLevel: 0.9 } },
    { table, targets: targets.map((target) => Math.max(0, target)), parameters: { ...shared, objective: 'poisson' } },
    { table, targets, parameters: { ...shared, earlyStoppingRounds: 2 }, extras: { validation: { table, targets } } },
  ];
  const here = tasks.map((task) => trainHistogram(task.table, task.targets, task.parameters, task.extras));

  for (const threads of [1, 2, 3])
    it(`give the forests that one thread gives, with ${threads}`, async () => {
      const trainers = openTrainers(threads);
      try {
        assert.deepEqual(await Promise.all(tasks.map((task) => trainers.train(task))), here);
      } finally {
        await trainers.close();
      }
    });

  it('leave the event loop free, and the arguments where they are', async () => {
    const trainers = openTrainers(1);
    let turns = 0;
    let isDone = false;
    try {
      const training = trainers.train({ table, targets, parameters: { trees: 200 } }).then(() => (isDone = true));
      while (!isDone) {
        await setImmediate();
        turns += 1;
      }
      await training;
    } finally {
      await trainers.close();
    }
    assert.ok(turns > 20, `${turns} turns`);
    assert.equal(table.values.length, 1500 * 8);
  });

  it('hand errors on', async () => {
    const trainers = openTrainers(1);
    try {
      await assert.rejects(trainers.train({ table: tableOfRows([[1]]), targets: [1, 2] }), RangeError);
    } finally {
      await trainers.close();
    }
  });
});
