import assert from 'node:assert/strict';
import { coverage, measure, pinballOverMean } from '../../src/forecast/index.js';

describe('error measures', () => {
  it('are what design section 3 says, worked out by hand', () => {
    // errors 1, -2, 0 on values 1, 4, 4 with mean 3: |e| 3, e^2 5, sum e -1, |y| 9, y^2 33, deviations 4 + 1 + 1
    const { nmae, nmse, nmseEnergy, bias, scoredBins } = measure([1, 4, 4], [2, 2, 4]);
    assert.equal(scoredBins, 3);
    assert.ok(Math.abs(nmae! - 3 / 9) < 1e-15);
    assert.ok(Math.abs(nmse! - 5 / 6) < 1e-15);
    assert.ok(Math.abs(nmseEnergy! - 5 / 33) < 1e-15);
    assert.ok(Math.abs(bias! + 1 / 9) < 1e-15);
  });

  it('leave missing bins out', () => {
    assert.deepEqual(measure([1, NaN, 4, 4], [2, 9, 2, 4]), measure([1, 4, 4], [2, 2, 4]));
  });

  it('are null with a reason where nothing can divide', () => {
    const constant = measure([3, 3], [3, 4]);
    assert.equal(constant.nmse, null);
    assert.equal(constant.nmae, 1 / 6);
    assert.match(constant.undefinedBecause!, /same/);
    assert.equal(measure([0, 0], [1, 0]).nmae, null);
    assert.match(measure([0, 0], [1, 0]).undefinedBecause!, /0/);
    assert.match(measure([NaN], [1]).undefinedBecause!, /missing/);
    assert.match(measure([1e300, 1], [1, 1]).undefinedBecause!, /large/);
  });

  it('give pinball loss over the mean and coverage', () => {
    // level 0.9: 2 above by 1 costs 0.9, 2 below by 2 costs 0.2; mean 3
    assert.ok(Math.abs(pinballOverMean([4, 2], [3, 4], 0.9)! - 1.1 / 6) < 1e-15);
    assert.equal(coverage([4, 2, NaN], [3, 2, 0]), 0.5);
    assert.equal(coverage([NaN], [1]), null);
    assert.equal(pinballOverMean([0], [1], 0.9), null);
  });

  it('refuse series of different lengths', () => {
    assert.throws(() => measure([1], [1, 2]), RangeError);
  });
});

describe('measures of a constant series', () => {
  for (const [value, bins] of [
    [6, 20],
    [6, 3],
    [0.1, 10],
    [1e9 + 0.1, 49],
  ] as const)
    it(`give no NMSE for ${bins} times ${value}: there is nothing to divide by`, () => {
      const actual = new Float64Array(bins).fill(value);
      assert.equal(
        measure(
          actual,
          actual.map((known) => known * 1.01),
        ).nmse,
        null,
      );
    });
});
