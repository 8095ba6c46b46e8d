import assert from 'node:assert/strict';
import { isDay } from '../../src/base/index.js';
import { holidaysOfBins } from '../../src/load/index.js';
import { targetFrom } from '../helpers/targets.js';

const MIDNIGHT = Date.UTC(2026, 4, 1) / 1000;
const hourly = { ...targetFrom(new Float64Array(48), 3600), startEpochSeconds: MIDNIGHT };

describe('the holidays of a series', () => {
  it('are the bins that start on one of them, by the clock of its zone', () => {
    const utc = holidaysOfBins({ ...hourly, holidays: ['2026-05-02'] }, 0, 60);
    assert.deepEqual([utc.indexOf(1), utc.lastIndexOf(1)], [24, 47]);
    const hongKong = holidaysOfBins({ ...hourly, timeZone: 'Asia/Hong_Kong', holidays: ['2026-05-02'] }, 0, 60);
    assert.deepEqual([hongKong.indexOf(1), hongKong.lastIndexOf(1)], [16, 39]);
    assert.deepEqual(holidaysOfBins({ ...hourly, holidays: ['2026-05-02'] }, 23, 2), Uint8Array.of(0, 1));
  });

  it('last as long as the day does where clocks change', () => {
    const short = { ...hourly, startEpochSeconds: Date.UTC(2026, 2, 28, 23) / 1000, timeZone: 'Europe/Berlin' };
    const flags = holidaysOfBins({ ...short, holidays: ['2026-03-29'] }, 0, 30);
    assert.equal(flags.filter((flag) => flag === 1).length, 23);
  });

  it('are none where none are known, or the series has no dates', () => {
    assert.ok(holidaysOfBins(hourly, 0, 48).every((flag) => flag === 0));
    assert.ok(
      holidaysOfBins({ ...hourly, startEpochSeconds: null, holidays: ['1970-01-01'] }, 0, 48).every(
        (flag) => flag === 0,
      ),
    );
  });

  it('are days of the calendar', () => {
    for (const day of ['2026-05-01', '2024-02-29']) assert.ok(isDay(day));
    for (const day of ['2026-02-29', '2026-5-1', '2026-05-01T00', 'May', '']) assert.ok(!isDay(day), day);
  });
});
