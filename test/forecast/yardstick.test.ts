import assert from 'node:assert/strict';
import { backtest } from '../../src/forecast/index.js';
import { makeArima, makeDiffuseArima } from '../../src/forecast/models/arima/arima.js';
import { referenceHoltWinters } from '../../src/forecast/models/holt-winters.js';
import { lastValue } from '../../src/forecast/models/last.js';
import { makeYardstick } from '../../src/forecast/scoreboard/yardstick.js';
import { targetFrom, wavyCounts } from '../helpers/targets.js';

const OPTIONS = { horizon: 2, seed: 1 };
const falling = targetFrom(
  Array.from({ length: 40 }, (_, i) => 100 - 2.5 * i),
  3600,
);

describe('a yardstick', () => {
  it('leaves forecasts below 0 as they are, and has no bands', async () => {
    const forecaster = makeYardstick(makeDiffuseArima([1, 1, 0]), OPTIONS);
    await forecaster.fit(falling);
    const { mean, quantiles } = forecaster.forecast(2);
    assert.ok(mean[1]! < 0, String(mean[1]!));
    assert.ok(quantiles.every(Number.isNaN));
  });

  it('is scored without coverage and pinball loss', async () => {
    const [score] = await backtest(targetFrom(wavyCounts(100, 24), 3600), ['any'], {
      trainBins: 70,
      make: (_name, options) => makeYardstick(referenceHoltWinters, options),
    });
    assert.ok(score!.nmse! > 0 && score!.nmse! < 2);
    assert.deepEqual([score!.p90Coverage, score!.p90Pinball], [null, null]);
  });

  it('expects the last value where its model cannot tell, and takes in what comes', async () => {
    const forecaster = makeYardstick(makeArima([0, 1, 0]), OPTIONS);
    await forecaster.fit(targetFrom([5], 3600));
    assert.equal(forecaster.forecast(1).mean[0], 5);
    forecaster.update([7, NaN]);
    assert.equal(forecaster.forecast(1).mean[0], 7);
  });

  it('cannot be kept, nor asked before it is fitted', async () => {
    const forecaster = makeYardstick(lastValue, OPTIONS);
    assert.throws(() => forecaster.forecast(1), RangeError);
    await forecaster.fit(falling);
    assert.throws(() => forecaster.save(), RangeError);
    assert.throws(() => forecaster.restore(new Uint8Array()), RangeError);
  });
});
