import assert from 'node:assert/strict';
import { normal, seededRandom, type Random } from '../../src/base/index.js';
import { errorRatioInterval, measure, measureIntervals, type ScoredRows } from '../../src/forecast/index.js';

const draw = (seed: number): Random => seededRandom(seed, 'bootstrap-test');

/** Values 100 plus noise, forecast by their mean; errors follow each other by `memory`. */
function rowsOf(count: number, memory: number, random: Random): Record<keyof ScoredRows, Float64Array> {
  let error = 0;
  const actual = Float64Array.from({ length: count }, () => {
    error = memory * error + Math.sqrt(1 - memory ** 2) * normal(random);
    return 100 + 10 * error;
  });
  return { actual, mean: new Float64Array(count).fill(100), p90: new Float64Array(count).fill(112.8) };
}

describe('the block bootstrap', () => {
  it('puts its intervals around what was measured', () => {
    const rows = rowsOf(300, 0.5, draw(1));
    const { nmae, nmse, bias, p90Coverage, p90Pinball } = measureIntervals(rows, draw(2));
    const measured = measure(rows.actual, rows.mean);
    for (const [interval, value] of [
      [nmae, measured.nmae],
      [nmse, measured.nmse],
      [bias, measured.bias],
    ] as const)
      assert.ok(interval!.low < value! && value! < interval!.high);
    assert.ok(p90Coverage!.low < 0.9 && p90Coverage!.high > 0.88 && p90Pinball!.low > 0);
  });

  it('covers a planted truth about as often as it says, for errors alone and for errors that follow each other', () => {
    for (const [memory, least] of [
      [0, 0.86],
      [0.6, 0.8], // blocks of the root of n rows cut what reaches over their edges: too narrow, as the literature says
    ] as const) {
      const truth = 0.1 * Math.sqrt(2 / Math.PI); // E|e| / 100
      let covered = 0;
      for (let seed = 0; seed < 60; seed++) {
        const { low, high } = measureIntervals(rowsOf(200, memory, draw(seed)), draw(seed + 500)).nmae!;
        if (low <= truth && truth <= high) covered++;
      }
      assert.ok(covered / 60 >= least, `${covered} of 60 with memory ${memory}`);
    }
  });

  it('is wider where errors follow each other', () => {
    const width = (memory: number): number => {
      const { low, high } = measureIntervals(rowsOf(400, memory, draw(3)), draw(4)).bias!;
      return high - low;
    };
    assert.ok(width(0.9) > 2 * width(0));
  });

  it('finds a model with twice the error surely worse, one with the same error not, itself exactly alike', () => {
    const { actual, mean } = rowsOf(200, 0, draw(5));
    const worse = Float64Array.from(actual, (value, row) => value + 2 * (mean[row]! - value));
    const twice = errorRatioInterval(actual, worse, mean, draw(6))!;
    assert.ok(Math.abs(twice.low - 4) < 1e-6 && Math.abs(twice.high - 4) < 1e-6);
    const other = Float64Array.from(actual, (value, row) => value - (mean[row]! - value));
    assert.deepEqual(errorRatioInterval(actual, other, mean, draw(6)), { low: 1, high: 1 });
  });

  it('leaves rows out that were not scored, for both models where one has none', () => {
    const { actual, mean, p90 } = rowsOf(100, 0, draw(7));
    const gappy = Float64Array.from(actual, (value, row) => (row % 3 === 0 ? NaN : value));
    const only = (values: ArrayLike<number>): Float64Array =>
      Float64Array.from(Array.from(values).filter((_, row) => row % 3 !== 0));
    assert.deepEqual(
      measureIntervals({ actual: gappy, mean, p90 }, draw(8)),
      measureIntervals({ actual: only(actual), mean: only(mean), p90: only(p90) }, draw(8)),
    );
    const half = Float64Array.from(mean, (value, row) => (row < 50 ? NaN : value - 5));
    const ratio = errorRatioInterval(actual, half, mean, draw(9))!;
    const tail = { actual: actual.slice(50), mean: mean.slice(50) };
    assert.deepEqual(ratio, errorRatioInterval(tail.actual, half.slice(50), tail.mean, draw(9)));
  });

  it('says nothing where nothing can be said: no rows, one row, all zeros, no error to compare with', () => {
    const nothing = { nmae: null, nmse: null, bias: null, p90Coverage: null, p90Pinball: null };
    for (const rows of [[], [5], [NaN, 3, NaN]])
      assert.deepEqual(measureIntervals({ actual: rows, mean: rows, p90: rows }, draw(1)), nothing);
    const zeros = new Float64Array(20);
    const { nmae, nmse, p90Coverage } = measureIntervals({ actual: zeros, mean: zeros, p90: zeros }, draw(1));
    assert.deepEqual([nmae, nmse, p90Coverage], [null, null, { low: 1, high: 1 }]);
    assert.equal(errorRatioInterval(zeros, zeros, zeros, draw(1)), null);
  });

  it('gives the same intervals for the same seed, and takes huge values', () => {
    const { actual, mean, p90 } = rowsOf(50, 0, draw(1));
    assert.deepEqual(
      measureIntervals({ actual, mean, p90 }, draw(2)),
      measureIntervals({ actual, mean, p90 }, draw(2)),
    );
    const huge = (values: ArrayLike<number>): Float64Array => Float64Array.from(values, (value) => value * 1e306);
    const intervals = measureIntervals({ actual: huge(actual), mean: huge(mean), p90: huge(p90) }, draw(2));
    for (const interval of Object.values(intervals) as ({ low: number; high: number } | null)[])
      if (interval) assert.ok(Number.isFinite(interval.low) && Number.isFinite(interval.high));
  });
});
