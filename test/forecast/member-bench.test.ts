import assert from 'node:assert/strict';
import { makeCalibrated } from '../../src/forecast/calibrated.js';
import { withRival, makeForecaster, type Forecaster } from '../../src/forecast/index.js';
import { makeEnsemble } from '../../src/forecast/ensemble/ensemble.js';
import { judgeMembers, openBench, standingsOf, withoutBenched } from '../../src/forecast/ensemble/member-bench.js';
import { ewma } from '../../src/forecast/models/ewma.js';
import { lastValue } from '../../src/forecast/models/last.js';
import { sameBinYesterday } from '../../src/forecast/models/seasonal.js';
import { targetFrom, wavyCounts } from '../helpers/targets.js';

const WINDOW = 10;
const day = (bin: number): number => 100 + 50 * Math.sin((2 * Math.PI * bin) / 24);
const days = Array.from({ length: 24 * 8 }, (_, bin) => day(bin));
const PARTS = { plain: [lastValue, ewma, sameBinYesterday], learners: [], far: [] };
const make = (benchWindow?: number): Forecaster =>
  makeCalibrated(makeEnsemble('three', PARTS), { horizon: 2, seed: 1, ...(benchWindow ? { benchWindow } : {}) });

async function fitted(benchWindow?: number): Promise<Forecaster> {
  const forecaster = make(benchWindow);
  await forecaster.fit(targetFrom(days, 3600));
  return forecaster;
}

const yesterdayOf = (forecaster: Forecaster): { isBenched: boolean; reason: string } =>
  forecaster.members!().find(({ name }) => name === 'yesterday')!;

describe('a member of an ensemble', () => {
  it('counts until the window is scored, and says so', async () => {
    const forecaster = await fitted(WINDOW);
    forecaster.update(new Float64Array(WINDOW - 1).fill(400));
    assert.deepEqual(
      forecaster.members!().map(({ name, isBenched }) => [name, isBenched]),
      [
        ['last', false],
        ['ewma', false],
        ['yesterday', false],
      ],
    );
    assert.match(yesterdayOf(forecaster).reason, /^yesterday counts: 9 of the 10 bins/);
  });

  it('is left out when the last value beat it over the window, alone and with a reason; the others go on', async () => {
    const forecaster = await fitted(WINDOW);
    forecaster.update(new Float64Array(WINDOW).fill(400));
    const benched = forecaster.members!().filter(({ isBenched }) => isBenched);
    assert.deepEqual(
      benched.map(({ name }) => name),
      ['yesterday'],
    );
    assert.match(
      benched[0]!.reason,
      /^yesterday is left out: over the last 10 bins the squared error of yesterday was .* above that of the last value/,
    );
    const [mean] = forecaster.forecast(1).mean;
    assert.ok(Math.abs(mean! - 400) < 1, `${mean!}: the others alone expect 400`);
  });

  it('counts again once it has caught up', async () => {
    const forecaster = await fitted(WINDOW);
    forecaster.update(new Float64Array(48).fill(400));
    assert.equal(yesterdayOf(forecaster).isBenched, false, 'yesterday was 400 too by then');
    forecaster.update(Float64Array.from({ length: 96 }, (_, bin) => day(bin)));
    assert.equal(yesterdayOf(forecaster).isBenched, false);
  });

  it('is not judged by the future: changing every later value changes no forecast of before, to the last bit', async () => {
    const values = Float64Array.from({ length: 40 }, (_, bin) => (bin < 15 ? 400 : day(bin)));
    const origins = 25;
    const walk = async (future: Float64Array): Promise<unknown[]> => {
      const forecaster = await fitted(WINDOW);
      return Array.from({ length: origins + 1 }, (_, bin) => {
        const seen = { forecast: forecaster.forecast(2), members: forecaster.members!() };
        forecaster.update(future.subarray(bin, bin + 1));
        return seen;
      });
    };
    const changed = values.map((value, bin) => (bin < origins ? value : 9000 - value));
    assert.deepEqual(await walk(changed), await walk(values));
  });

  it('is never benched where nobody asked for it', async () => {
    const forecaster = await fitted();
    forecaster.update(new Float64Array(40).fill(400));
    assert.deepEqual(forecaster.members!(), []);
  });

  it('keeps its place over saving and restoring, to the same bytes', async () => {
    const forecaster = await fitted(WINDOW);
    forecaster.update(new Float64Array(WINDOW).fill(400));
    const other = make(WINDOW);
    other.restore(forecaster.save());
    assert.deepEqual(other.save(), forecaster.save());
    for (const each of [forecaster, other]) each.update([390, NaN, 410]);
    assert.deepEqual(other.members!(), forecaster.members!());
    assert.deepEqual(other.forecast(2), forecaster.forecast(2));
  });

  it('is told of beside the whole', async () => {
    const pair = withRival(make(WINDOW), makeForecaster('last', { horizon: 2, seed: 1 }), 40);
    await pair.fit(targetFrom(days, 3600));
    pair.update(new Float64Array(WINDOW).fill(400));
    const { isBenched, members } = pair.standing();
    assert.equal(isBenched, false);
    assert.deepEqual(
      members.filter((member) => member.isBenched).map(({ name }) => name),
      ['yesterday'],
    );
  });
});

describe('the bench of members', () => {
  it('lets all count again where everyone else cannot tell', () => {
    const bench = openBench(1, 2);
    judgeMembers(bench, Float64Array.of(9, NaN), 5, 5);
    assert.deepEqual(
      standingsOf(bench, ['a', 'b']).map(({ isBenched }) => isBenched),
      [true, false],
    );
    assert.deepEqual(withoutBenched(bench, Float64Array.of(9, NaN)), Float64Array.of(9, NaN));
    assert.deepEqual(withoutBenched(bench, Float64Array.of(9, 4)), Float64Array.of(NaN, 4));
  });

  it('does not judge by missing bins, nor by huge ones in a wrong way', () => {
    const bench = openBench(2, 1);
    for (const value of [NaN, NaN, NaN]) judgeMembers(bench, Float64Array.of(9), 5, value);
    assert.match(standingsOf(bench, ['a'])[0]!.reason, /0 of the 2 bins/);
    for (const value of [1e300, 1e300]) judgeMembers(bench, Float64Array.of(3e300), 2e300, value);
    assert.equal(standingsOf(bench, ['a'])[0]!.isBenched, true);
    assert.doesNotMatch(standingsOf(bench, ['a'])[0]!.reason, /NaN|Infinity/);
  });

  it('says how many bins it is judged by on any series', async () => {
    const forecaster = await fitted(WINDOW);
    forecaster.update(wavyCounts(60, 24));
    for (const { reason } of forecaster.members!()) assert.match(reason, /over the last 10 bins/);
  });
});
