import assert from 'node:assert/strict';
import fc from 'fast-check';
import { downsample, rangeOf } from '../../src/report/downsample.js';
import { timeTicks } from '../../src/report/time-axis.js';

const gappy = fc.array(fc.oneof(fc.double({ noNaN: true, min: 0, max: 1e6 }), fc.constant(NaN)), { maxLength: 400 });

describe('downsample', () => {
  it('never exceeds the points asked for, loses no extreme, and orders low, mean, high', () => {
    fc.assert(
      fc.property(gappy, fc.integer({ min: 1, max: 50 }), (values, most) => {
        const joined = downsample(values, most);
        assert.ok(joined.mean.length <= most);
        assert.deepEqual(rangeOf([...joined.low, ...joined.high]), rangeOf(values));
        joined.mean.forEach((mean, i) => {
          if (!Number.isNaN(mean))
            assert.ok(joined.low[i]! <= mean * (1 + 1e-9) && mean <= joined.high[i]! * (1 + 1e-9));
        });
      }),
    );
  });
});

describe('timeTicks', () => {
  const hongKong = { startEpochSeconds: 1_709_740_800, timeZone: 'Asia/Hong_Kong', binSeconds: 60 }; // 00:00 on 7 March there

  it('never gives more ticks than room, plus the one at the end', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4e7 }), fc.integer({ min: 2, max: 12 }), (span, most) => {
        const { at } = timeTicks(hongKong, 0, span, most);
        assert.ok(at.length <= most + 1 && at.every((tick) => tick >= 0 && tick <= span));
      }),
    );
  });
});
