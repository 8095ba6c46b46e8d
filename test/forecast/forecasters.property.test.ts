import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FORECASTER_NAMES, makeForecaster } from '../../src/forecast/index.js';
import { targetFrom } from '../helpers/targets.js';

const bin = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 0, max: 50 }) },
  { weight: 1, arbitrary: fc.constant(NaN) },
  { weight: 1, arbitrary: fc.double({ min: 0, max: 1e300, noNaN: true }) },
);

describe('any forecaster on any series', () => {
  for (const name of FORECASTER_NAMES)
    it(`${name} gives finite quantiles that are never negative and rise with their level`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 0, max: 50 }), fc.array(bin, { maxLength: 40 }), async (first, values) => {
          const forecaster = makeForecaster(name, { horizon: 2, seed: 1 });
          const split = Math.floor(values.length / 2);
          await forecaster.fit(targetFrom([first, ...values.slice(0, split)]));
          forecaster.update(values.slice(split));
          const { mean, quantiles } = forecaster.forecast(2);
          const levels = [0, 1].map((step) => quantiles.filter((_, i) => i % 2 === step));
          assert.ok([...mean, ...quantiles].every((value) => Number.isFinite(value) && value >= 0));
          for (const level of levels) assert.deepEqual(level.slice().sort(), level);
        }),
        { numRuns: 40 },
      );
    });
});
