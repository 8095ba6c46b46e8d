import assert from 'node:assert/strict';
import { mean, seededRandom, variance } from '../../src/base/index.js';
import { refineLoad, type LoadSeries } from '../../src/load/index.js';

function steady(requests: number, bins: number): LoadSeries {
  return {
    ...{ startEpochSeconds: null, timeZone: 'UTC', binSeconds: 600 },
    requests: new Float64Array(bins).fill(requests),
    promptTokens: new Float64Array(bins).fill(requests * 500),
    outputTokens: new Float64Array(bins).fill(requests * 200),
    observed: new Uint8Array(bins).fill(1),
  };
}

describe('a refined load', () => {
  for (const [shape, name] of [
    [1, 'Poisson'],
    [0.25, 'bursty'],
  ] as const)
    it(`keeps the scaled mean, and the dispersion of ${name} arrivals`, () => {
      const fine = refineLoad(steady(100, 400), 6, 10, shape, seededRandom(1));
      assert.equal(fine.binSeconds, 60);
      assert.equal(fine.requests.length, 4000);
      assert.ok(Math.abs(mean(fine.requests) / 60 - 1) < 0.02);
      assert.ok(Math.abs((variance(fine.requests) * shape) / 60 - 1) < 0.1);
    });

  it('keeps mean tokens and missing bins', () => {
    const load = steady(50, 3);
    load.observed[1] = 0;
    const fine = refineLoad(load, 2, 2, 1, seededRandom(2));
    assert.deepEqual(Array.from(fine.observed), [1, 1, 0, 0, 1, 1]);
    assert.equal(fine.promptTokens[0]! / fine.requests[0]!, 500);
  });

  it('keeps nothing as nothing', () => {
    assert.equal(mean(refineLoad(steady(0, 5), 100, 10, 0.5, seededRandom(3)).requests), 0);
  });
});
