import assert from 'node:assert/strict';
import { backtest, defaultTrainBins, FORECASTER_NAMES, measure } from '../../src/forecast/index.js';
import { targetFrom, wavyCounts } from '../helpers/targets.js';

const counts = wavyCounts(240, 24);

describe('the backtest', () => {
  it('scores rolling forecasts: the last value is the row before, at h the row h before', async () => {
    const scores = await backtest(targetFrom(counts), ['last'], { trainBins: 200, horizons: [1, 3] });
    for (const { horizon, mean, scoredBins, nmse } of scores) {
      const from = 200 + horizon - 1;
      const expected = counts.slice(200, 240 - horizon + 1).map((_, i) => counts[199 + i]!);
      assert.deepEqual(mean.subarray(horizon - 1), expected);
      assert.equal(scoredBins, 240 - from);
      assert.equal(nmse, measure(counts.subarray(from), expected).nmse);
    }
  });

  it('scores every model at every horizon, and tells how far it is', async () => {
    const told: string[] = [];
    const horizons = [1, 2];
    const scores = await backtest(
      targetFrom(counts, 3600),
      FORECASTER_NAMES,
      { trainBins: 168, horizons },
      (_, __, what) => told.push(what),
    );
    assert.equal(scores.length, FORECASTER_NAMES.length * 2);
    assert.deepEqual(told, [...FORECASTER_NAMES, 'done']);
    for (const { nmse, p90Coverage } of scores) assert.ok(nmse! > 0 && p90Coverage! > 0.5);
  });

  it('reads the clock around each fit, and only then', async () => {
    let now = 0;
    const [score] = await backtest(targetFrom(counts), ['ewma'], { trainBins: 200, clock: () => (now += 2) });
    assert.equal(score!.fitSeconds, 2);
    assert.equal((await backtest(targetFrom(counts), ['ewma'], { trainBins: 200 }))[0]!.fitSeconds, null);
  });

  it('does not score missing bins, nor bins before the first that was observed', async () => {
    const values = Float64Array.from([NaN, NaN, NaN, 5, NaN, 6, 4]);
    const [score] = await backtest(targetFrom(values), ['last'], { trainBins: 2 });
    assert.equal(score!.scoredBins, 2);
    assert.equal(score!.nmae, 3 / 10);
  });

  it('fits anew on the way when it is told to, on the rows before each origin', async () => {
    const options = { trainBins: 200, refitEvery: 15 };
    const [score] = await backtest(targetFrom(counts), ['ewma'], options);
    for (const [from, to] of [
      [200, 215],
      [230, 240],
    ] as const) {
      const [once] = await backtest(targetFrom(counts.subarray(0, to)), ['ewma'], { trainBins: from });
      assert.deepEqual(score!.mean.subarray(from - 200, to - 200), once!.mean);
    }
    const [unaware] = await backtest(targetFrom(counts.map((v, i) => (i < 230 ? v : 99))), ['ewma'], options);
    assert.deepEqual(unaware!.mean.subarray(0, 31), score!.mean.subarray(0, 31));
    await assert.rejects(backtest(targetFrom(counts), ['ewma'], { trainBins: 200, refitEvery: 0 }), RangeError);
  });

  it('tells the coverage of every quantile', async () => {
    const [{ coverages, p90Coverage } = assert.fail()] = await backtest(targetFrom(counts), ['ewma'], {
      trainBins: 150,
    });
    assert.equal(coverages.length, 5);
    assert.equal(coverages[2], p90Coverage);
    for (let level = 1; level < 5; level++) assert.ok(coverages[level]! >= coverages[level - 1]!);
  });

  it('refuses a split that leaves nothing to fit or to score', async () => {
    for (const trainBins of [0, 240, 1.5])
      await assert.rejects(backtest(targetFrom(counts), ['last'], { trainBins }), RangeError);
    assert.deepEqual([2, 3, 10, 10080].map(defaultTrainBins), [1, 2, 7, 7056]);
  });
});
