import assert from 'node:assert/strict';
import { makeForecaster, binsWithoutSeason } from '../../src/forecast/index.js';
import { targetFrom } from '../helpers/targets.js';

async function meanOf(name: string, values: number[], binSeconds: number, steps: number): Promise<number[]> {
  const forecaster = makeForecaster(name, { horizon: steps, seed: 1 });
  await forecaster.fit(targetFrom(values, binSeconds));
  return Array.from(forecaster.forecast(steps).mean);
}

const ramp = (bins: number): number[] => Array.from({ length: bins }, (_, i) => i);

describe('baselines', () => {
  it('yesterday repeats the same bin of the last whole day, also beyond a day', async () => {
    assert.deepEqual(await meanOf('yesterday', ramp(10), 6 * 3600, 6), [6, 7, 8, 9, 6, 7]);
  });

  it('last-week repeats the same bin of the last whole week', async () => {
    assert.deepEqual(await meanOf('last-week', ramp(9), 86400, 3), [2, 3, 4]);
  });

  it('fall back on the last value where there was no yesterday', async () => {
    assert.deepEqual(await meanOf('yesterday', [3, 9], 6 * 3600, 2), [9, 9]);
  });

  it('take the value before a missing bin in its place', async () => {
    assert.deepEqual(await meanOf('last', [4, 6, NaN], 60, 2), [6, 6]);
    assert.deepEqual(await meanOf('yesterday', [4, NaN, 7, 8, 9], 6 * 3600, 1), [4]);
  });

  it('the moving average is over few rows where the level jumps and over many where only noise does', async () => {
    const steps = Array.from({ length: 120 }, (_, i) => 10 * Math.floor(i / 12));
    assert.deepEqual(await meanOf('moving-average', [...steps, 200, 210], 60, 1), [205]);
    const noise = Array.from({ length: 120 }, (_, i) => ((i * 7919) % 13) + 5);
    const [mean] = await meanOf('moving-average', noise, 60, 1);
    assert.ok(Math.abs(mean! - 11) < 0.5, String(mean));
  });

  it('the EWMA follows a walk at once and averages noise', async () => {
    assert.ok(Math.abs((await meanOf('ewma', ramp(50), 60, 1))[0]! - 49) < 0.1);
    const noise = Array.from({ length: 300 }, (_, i) => ((i * 7919) % 13) + 5);
    assert.ok(Math.abs((await meanOf('ewma', noise, 60, 1))[0]! - 11) < 1);
  });
});

describe('bins without a season', () => {
  for (const [model, trainBins, bins, without] of [
    ['last-week', 100, 168, 68],
    ['last-week', 100, 400, 68],
    ['last-week', 200, 400, 0],
    ['yesterday', 10, 400, 14],
    ['ewma', 10, 400, 0],
  ] as const)
    it(`are ${without} of ${bins} hours for ${model} fitted on ${trainBins}`, () =>
      assert.equal(binsWithoutSeason(model, 3600, trainBins, bins), without));
});
