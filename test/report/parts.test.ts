import assert from 'node:assert/strict';
import { downsample, stepPoints } from '../../src/report/downsample.js';
import { formatValue, unitPerBin, wrapText } from '../../src/report/text.js';
import { timeTicks } from '../../src/report/time-axis.js';

describe('downsample', () => {
  it('leaves short series alone', () => {
    assert.deepEqual(downsample([1, NaN, 3], 10), {
      factor: 1,
      mean: [1, NaN, 3],
      low: [1, NaN, 3],
      high: [1, NaN, 3],
    });
  });

  it('joins the known bins of a bucket and keeps a wholly missing bucket missing', () => {
    const joined = downsample([1, 3, 5, NaN, NaN, NaN], 3);
    assert.deepEqual(joined, { factor: 2, mean: [2, 5, NaN], low: [1, 5, NaN], high: [3, 5, NaN] });
  });
});

describe('stepPoints', () => {
  it('keeps changes, gaps and the end', () => {
    assert.deepEqual(stepPoints([2, 2, NaN, NaN, 3]), [
      [0, 2],
      [2, NaN],
      [4, 3],
      [5, 3],
    ]);
    assert.deepEqual(stepPoints([]), []);
  });
});

describe('timeTicks', () => {
  const hongKong = { startEpochSeconds: 1_709_740_800, timeZone: 'Asia/Hong_Kong', binSeconds: 60 }; // 00:00 on 7 March there

  it('counts days and clock from the own start where there are no dates', () => {
    const ticks = timeTicks({ startEpochSeconds: null, timeZone: 'UTC', binSeconds: 60 }, 0, 7 * 86400, 9);
    assert.deepEqual(ticks.at.map(ticks.label), [
      'day 1',
      'day 2',
      'day 3',
      'day 4',
      'day 5',
      'day 6',
      'day 7',
      'day 8',
    ]);
  });

  it('stands on whole hours of the zone, and names the day at the first tick and at midnights', () => {
    const ticks = timeTicks(hongKong, 20 * 3600, 28 * 3600, 5);
    assert.deepEqual(ticks.at.map(ticks.label), ['20:00\nThu 7 Mar', '22:00', '00:00\nFri 8 Mar', '02:00', '04:00']);
  });

  it('stands on whole hours even when the series does not start on one', () => {
    const late = { ...hongKong, startEpochSeconds: hongKong.startEpochSeconds + 754 };
    const ticks = timeTicks(late, 0, 3 * 3600, 4);
    assert.deepEqual(ticks.at, [3600 - 754, 7200 - 754, 10800 - 754]);
    assert.equal(ticks.label(ticks.at[1]!), '02:00');
  });
});

describe('text', () => {
  for (const [value, text] of [
    [1234567, '1,234,567'],
    [12.345, '12.3'],
    [9.876, '9.88'],
    [0.0416, '0.042'],
    [0, '0'],
    [NaN, 'unknown'],
  ] as const)
    it(`prints ${value} as ${text}`, () => assert.equal(formatValue(value), text));

  for (const [seconds, text] of [
    [60, 'requests per minute'],
    [600, 'requests per 10 min'],
    [3600, 'requests per hour'],
  ] as const)
    it(`says ${text}`, () => assert.equal(unitPerBin('requests', seconds), text));

  it('wraps at spaces', () => assert.deepEqual(wrapText('one two three', 60, 13), ['one two', 'three']));
});
