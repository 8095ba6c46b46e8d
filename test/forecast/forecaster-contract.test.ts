import assert from 'node:assert/strict';
import { InputError, NotReadyError, seededRandom } from '../../src/base/index.js';
import {
  FORECASTER_NAMES,
  makeForecaster,
  QUANTILE_LEVELS,
  scenariosOf,
  type Forecast,
  type Forecaster,
} from '../../src/forecast/index.js';
import { targetFrom, wavyCounts } from '../helpers/targets.js';

const HORIZON = 3;
const counts = wavyCounts(200, 24);
const hourly = (values: ArrayLike<number>): ReturnType<typeof targetFrom> => targetFrom(values, 3600);

async function fitted(name: string, values: ArrayLike<number>): Promise<Forecaster> {
  const forecaster = makeForecaster(name, { horizon: HORIZON, seed: 5 });
  await forecaster.fit(hourly(values));
  return forecaster;
}

/** Fails unless a forecast is finite, never negative, and rises with its level. */
export function assertSound({ mean, quantiles, residuals }: Forecast, about: string): void {
  const steps = mean.length;
  for (const array of [mean, quantiles, residuals]) assert.ok(array.every(Number.isFinite), about);
  assert.ok(mean.every((value) => value >= 0) && quantiles.every((value) => value >= 0), about);
  assert.equal(quantiles.length, QUANTILE_LEVELS.length * steps, about);
  assert.ok(residuals.length >= steps && residuals.length % steps === 0, about);
  for (let i = steps; i < quantiles.length; i++) assert.ok(quantiles[i]! >= quantiles[i - steps]!, about);
}

for (const name of FORECASTER_NAMES)
  describe(`the forecaster ${name}`, () => {
    it('gives the same bytes for the same seed, and leaves the series alone', async () => {
      const values = counts.slice();
      const [one, two] = [await fitted(name, values), await fitted(name, values)];
      assert.deepEqual(one.save(), two.save());
      assert.deepEqual(values, counts);
    });

    it('goes on after saving and restoring as if nothing had been', async () => {
      const before = await fitted(name, counts.subarray(0, 150));
      before.update(counts.subarray(150, 160));
      const bytes = before.save();
      const after = makeForecaster(name, { horizon: HORIZON, seed: 5 });
      after.restore(bytes);
      assert.deepEqual(after.save(), bytes);
      for (const forecaster of [before, after]) forecaster.update(counts.subarray(160));
      assert.deepEqual(after.forecast(HORIZON), before.forecast(HORIZON));
    });

    it('never sees the future: changing every later value changes no forecast of before, to the last bit', async () => {
      const origins = 130;
      const changed = counts.map((value, row) => (row < origins ? value : 1000 - value));
      const run = async (values: Float64Array): Promise<Forecast[]> => {
        const forecaster = await fitted(name, values.subarray(0, 120));
        return Array.from({ length: origins - 120 + 1 }, (_, i) => {
          const forecast = forecaster.forecast(HORIZON);
          forecaster.update(values.subarray(120 + i, 121 + i));
          return forecast;
        });
      };
      assert.deepEqual(await run(changed), await run(counts));
    });

    it('forecasts soundly from the first bin on, whatever the length of the series', async () => {
      const beyondDays = [35, 36, 37, 60, 100, 101, 200]; // daily features come in with a day and a half, networks with 100 origins
      for (const length of [...Array.from({ length: 30 }, (_, i) => i + 1), ...beyondDays]) {
        const forecaster = await fitted(name, counts.subarray(0, length));
        assertSound(forecaster.forecast(HORIZON), `${length} bins`);
      }
    }).timeout(60_000); // 37 fits

    it('starts with the last value in a wide band', async () => {
      const { mean, quantiles } = (await fitted(name, [40])).forecast(1);
      assert.equal(mean[0], 40);
      assert.ok(quantiles[2]! >= 60 && quantiles[2]! <= 160, `P90 ${quantiles[2]!}`);
    });

    it('waits while every bin is missing, and begins with the first that is not', async () => {
      for (const nothing of [[], [NaN, NaN, NaN]]) {
        const forecaster = await fitted(name, nothing);
        assert.throws(() => forecaster.forecast(1), NotReadyError);
        forecaster.update([7]);
        assert.equal(forecaster.forecast(1).mean[0], 7);
      }
    });

    it('takes no missing bin for 0', async () => {
      const gappy = Array.from({ length: 200 }, (_, i) => (i % 4 === 1 || i > 190 ? NaN : 10));
      const { mean, quantiles } = (await fitted(name, gappy)).forecast(HORIZON);
      for (const value of [...mean, ...quantiles]) assert.ok(Math.abs(value - 10) < 0.05, String(value));
    });

    it('expects a constant where there is one, also when it is 0', async () => {
      for (const constant of [0, 0.001, 25]) {
        const forecast = (await fitted(name, new Float64Array(120).fill(constant))).forecast(HORIZON);
        assertSound(forecast, String(constant));
        for (const value of forecast.mean)
          assert.ok(Math.abs(value - constant) <= 0.01 * constant + 1e-6, `${value} for ${constant}`);
      }
    });

    it('stays sound with huge and tiny values', async () => {
      for (const factor of [1e300, 1e-300]) {
        const forecaster = await fitted(
          name,
          counts.map((value) => value * factor),
        );
        forecaster.update([0, NaN, 20 * factor]);
        assertSound(forecaster.forecast(HORIZON), String(factor));
      }
    });

    it('does not care for the unit', async () => {
      if (name === 'paper' || name === 'ensemble') return; // XGBoost's base score and least gain are numbers of the target's unit
      const [small, large] = [
        await fitted(name, counts),
        await fitted(
          name,
          counts.map((value) => value * 1024),
        ),
      ];
      const scaled = small.forecast(HORIZON).quantiles.map((value) => value * 1024);
      assert.deepEqual(large.forecast(HORIZON).quantiles, scaled);
    });

    it('covers about nine tenths with its P90 on a steady series', async () => {
      const steady = wavyCounts(700, 24, 9);
      const forecaster = await fitted(name, steady.subarray(0, 400));
      let covered = 0;
      for (let row = 400; row < 700; row++) {
        if (steady[row]! <= forecaster.forecast(1).quantiles[2]!) covered++;
        forecaster.update(steady.subarray(row, row + 1));
      }
      assert.ok(covered >= 0.84 * 300 && covered <= 0.97 * 300, `${covered} of 300`);
    });

    it('draws scenarios around its mean', async () => {
      const forecast = (await fitted(name, counts)).forecast(HORIZON);
      const draw = (): Float64Array => scenariosOf(forecast, 200, seededRandom(1, 'scenarios'));
      assert.equal(draw().length, 200 * HORIZON);
      assert.ok(draw().every((value) => Number.isFinite(value) && value >= 0));
      assert.deepEqual(draw(), draw());
    });

    it('refuses steps beyond its horizon, bins that are no loads, and foreign bytes', async () => {
      const forecaster = await fitted(name, counts);
      for (const steps of [0, HORIZON + 1, 1.5]) assert.throws(() => forecaster.forecast(steps), RangeError);
      for (const value of [-1, Infinity]) assert.throws(() => forecaster.update([value]), RangeError);
      const other = makeForecaster(name === 'last' ? 'ewma' : 'last', { horizon: HORIZON, seed: 5 });
      await other.fit(hourly([1]));
      for (const bytes of [other.save(), new Uint8Array([1, 2, 255]), new TextEncoder().encode('{}')])
        assert.throws(() => forecaster.restore(bytes), InputError);
      assert.throws(() => makeForecaster(name, { horizon: HORIZON, seed: 5 }).forecast(1), RangeError);
    });
  });

describe('makeForecaster', () => {
  it('knows its names only', () => {
    assert.throws(() => makeForecaster('prophet', { horizon: 1, seed: 1 }), InputError);
    assert.throws(() => makeForecaster('last', { horizon: 0, seed: 1 }), RangeError);
  });
});
