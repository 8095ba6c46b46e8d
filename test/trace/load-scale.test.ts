import assert from 'node:assert/strict';
import { mean, seededRandom } from '../../src/base/index.js';
import {
  drawArrivals,
  failedCount,
  gapShape,
  loadScale,
  modelledWeek,
  requestCount,
  rpsScale,
  sliceTrace,
  type Trace,
} from '../../src/trace/index.js';
import { traceAt } from '../helpers/traces.js';

function countsPer(trace: Trace, binSeconds: number, bins: number): number[] {
  const counts = new Array<number>(bins).fill(0);
  for (const at of trace.arrival) counts[Math.floor(at / binSeconds)]!++;
  return counts;
}

describe('load scaling', () => {
  const week = modelledWeek();
  const scaled = loadScale(week, 20, seededRandom(1));

  it('keeps time: each minute has its count times the factor', () => {
    const before = countsPer(week, 60, 10080);
    const after = countsPer(scaled, 60, 10080);
    before.forEach((count, minute) => assert.equal(after[minute], count * 20));
    assert.equal(scaled.endSeconds, week.endSeconds);
  });

  it('rounds counts at random, so that fractions are kept in the mean', () => {
    const half = loadScale(week, 0.37, seededRandom(2));
    // 10,080 independent roundings: standard deviation below √(10080 / 4) = 50 requests
    assert.ok(Math.abs(requestCount(half) - 0.37 * requestCount(week)) < 200, `${requestCount(half)}`);
  });

  it('keeps mean lengths, failures and services of each day', () => {
    for (let day = 0; day < 7; day++) {
      const was = sliceTrace(week, day * 86400, (day + 1) * 86400);
      const is = sliceTrace(scaled, day * 86400, (day + 1) * 86400);
      const near = (a: number, b: number, tolerance: number): void =>
        assert.ok(Math.abs(a / b - 1) < tolerance, `${a} ${b}`);
      near(mean(is.promptTokens), mean(was.promptTokens), 0.03);
      near(mean(is.outputTokens), mean(was.outputTokens), 0.03);
      near(failedCount(is) / requestCount(is), failedCount(was) / requestCount(was), 0.1);
      assert.ok(Math.abs(mean(is.service) - mean(was.service)) < 0.01);
    }
  });

  it('keeps burstiness: gaps as uneven as those of the twenty minutes around', () => {
    for (const shape of [0.2, 1, 4]) {
      const source = new Float64Array(4000);
      drawArrivals(source, 0, 4000, 0, 1200, shape, seededRandom(3));
      const copy = loadScale(traceAt([...source], { endSeconds: 1200 }), 10, seededRandom(4));
      const found = gapShape(copy.arrival, 0, 1200);
      assert.ok(Math.abs(Math.log(found / shape)) < 0.2, `shape ${shape} became ${found}`);
    }
  });

  it('forgets sessions and elapsed times, which belong to the requests as they were', () => {
    assert.ok(scaled.session.every((session) => session === -1));
    assert.ok(scaled.elapsed.every(Number.isNaN));
  });

  it('gives the same trace for the same seed, another for another, and leaves the source alone', () => {
    const day = sliceTrace(week, 0, 86400);
    const before = structuredClone(day);
    assert.deepEqual(loadScale(day, 3, seededRandom(5)), loadScale(day, 3, seededRandom(5)));
    assert.notDeepEqual(loadScale(day, 3, seededRandom(5)), loadScale(day, 3, seededRandom(6)));
    assert.deepEqual(day, before);
  });

  it('gives nothing of nothing, by 0, and keeps a single request', () => {
    assert.equal(requestCount(loadScale(traceAt([]), 5, seededRandom(1))), 0);
    assert.equal(requestCount(loadScale(traceAt([1, 2]), 0, seededRandom(1))), 0);
    assert.equal(requestCount(loadScale(traceAt([7]), 1, seededRandom(1))), 1);
    assert.throws(() => loadScale(traceAt([1]), -1, seededRandom(1)), RangeError);
    assert.throws(() => loadScale(traceAt([1]), NaN, seededRandom(1)), RangeError);
  });
});

describe('RPS scaling', () => {
  it('multiplies every timestamp, and with it the span', () => {
    const faster = rpsScale(traceAt([0, 10, 30], { endSeconds: 40 }), 0.1);
    assert.deepEqual([...faster.arrival], [0, 1, 3]);
    assert.equal(faster.endSeconds, 4);
    assert.throws(() => rpsScale(traceAt([0]), 0), RangeError);
  });
});
