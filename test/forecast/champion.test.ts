import assert from 'node:assert/strict';
import { InputError, NotReadyError } from '../../src/base/index.js';
import { makeContested, makeForecaster, withRival, type ContestedForecaster } from '../../src/forecast/index.js';
import { targetFrom, wavyCounts } from '../helpers/targets.js';

const OPTIONS = { horizon: 2, seed: 1 };
const WINDOW = 10;
const day = (bin: number): number => 100 + 50 * Math.sin((2 * Math.PI * bin) / 24);
const hourly = (values: ArrayLike<number>): ReturnType<typeof targetFrom> => targetFrom(values, 3600);

/** A champion that knows the day, fitted on three of them. */
async function contested(): Promise<ContestedForecaster> {
  const pair = withRival(makeForecaster('yesterday', OPTIONS), makeForecaster('last', OPTIONS), WINDOW);
  await pair.fit(hourly(Float64Array.from({ length: 72 }, (_, bin) => day(bin))));
  return pair;
}

describe('a champion and its rival', () => {
  it('lets the champion forecast while it is better', async () => {
    const pair = await contested();
    pair.update(Float64Array.from({ length: 24 }, (_, bin) => day(bin)));
    assert.equal(pair.standing().isBenched, false);
    assert.ok(Math.abs(pair.forecast(1).mean[0]! - day(0)) < 1e-9);
    assert.match(
      pair.standing().reason,
      /^yesterday forecasts: over the last 10 bins .* squared error .* below that of last/,
    );
  });

  it('benches it when the last value was better over the window, says why, and takes it back when it has caught up', async () => {
    const pair = await contested();
    pair.update(new Float64Array(WINDOW - 1).fill(400));
    assert.equal(pair.standing().isBenched, false);
    assert.match(pair.standing().reason, /9 of the 10 bins/);
    pair.update([400]);
    assert.deepEqual([pair.standing().isBenched, pair.standing().changedAtBin], [true, WINDOW]);
    assert.match(pair.standing().reason, /^yesterday is benched and last forecasts: .* above that of last/);
    assert.equal(pair.forecast(1).mean[0], 400);
    pair.update(new Float64Array(14).fill(400));
    assert.equal(pair.standing().isBenched, true);
    pair.update(Float64Array.from({ length: 60 }, (_, bin) => day(bin)));
    assert.equal(pair.standing().isBenched, false);
    assert.ok(pair.standing().changedAtBin! > 24);
  });

  it('is not turned by one burst', async () => {
    const pair = await contested();
    pair.update(Float64Array.from({ length: 40 }, (_, bin) => (bin === 35 ? 5000 : day(bin))));
    assert.equal(pair.standing().isBenched, false);
  });

  it('does not judge by missing bins', async () => {
    const pair = await contested();
    pair.update(new Float64Array(30).fill(NaN));
    assert.match(pair.standing().reason, /: 0 of the 10 bins/);
  });

  it('saves and restores to the same bytes at every length of what came, and goes on the same', async () => {
    const values = Float64Array.from({ length: 25 }, (_, bin) => (bin % 5 === 3 ? NaN : bin < 12 ? 400 : day(bin)));
    const pair = await contested();
    for (let length = 0; length < values.length; length++) {
      const bytes = pair.save();
      const other = withRival(makeForecaster('yesterday', OPTIONS), makeForecaster('last', OPTIONS), WINDOW);
      other.restore(bytes);
      assert.deepEqual(other.save(), bytes);
      assert.deepEqual(other.standing(), pair.standing());
      for (const each of [pair, other]) each.update(values.subarray(length, length + 1));
      assert.deepEqual(other.forecast(2), pair.forecast(2));
      assert.deepEqual(other.save(), pair.save());
    }
  });

  it('never sees the future', async () => {
    const [one, two] = [await contested(), await contested()];
    for (const pair of [one, two]) pair.update(new Float64Array(20).fill(300));
    const before = one.forecast(2);
    one.update([1]);
    assert.deepEqual(two.forecast(2), before);
  });

  it('forecasts soundly for every prefix of hard series', async () => {
    for (const values of [
      wavyCounts(30, 12),
      new Float64Array(30),
      new Float64Array(30).fill(1e300),
      Float64Array.from({ length: 30 }, (_, i) => (i % 3 ? NaN : i)),
    ]) {
      const pair = withRival(makeForecaster('ewma', OPTIONS), makeForecaster('last', OPTIONS), 5);
      await pair.fit(hourly([]));
      assert.throws(() => pair.forecast(1), NotReadyError);
      for (const value of values) {
        pair.update([value]);
        const { mean, quantiles } = pair.forecast(2);
        assert.ok([...mean, ...quantiles].every((each) => Number.isFinite(each) && each >= 0));
        assert.doesNotMatch(pair.standing().reason, /NaN|Infinity/);
      }
    }
  });

  it('forgets its record when it is fitted again, and refuses foreign bytes and windows', async () => {
    const pair = await contested();
    pair.update(new Float64Array(WINDOW).fill(400));
    await pair.fit(hourly([1, 2]));
    assert.deepEqual([pair.standing().isBenched, pair.standing().changedAtBin], [false, null]);
    assert.throws(() => pair.restore(makeOther()), InputError);
    assert.throws(() => makeContested('ewma', OPTIONS).restore(pair.save()), InputError);
    assert.throws(() => withRival(pair, pair, 0), RangeError);
  });
});

function makeOther(): Uint8Array {
  return new TextEncoder().encode('{"format":"other"}');
}
