import assert from 'node:assert/strict';
import fc from 'fast-check';
import { aggregate, aggregateTarget, binTrace, hoursOfBins, targetOf } from '../../src/load/index.js';
import { sliceTrace } from '../../src/trace/index.js';
import { traceAt } from '../helpers/traces.js';

const trace = traceAt([0, 1, 9.999, 10, 35], {
  promptTokens: Uint32Array.of(1, 2, 3, 4, 5),
  outputTokens: Uint32Array.of(10, 20, 30, 0, 50),
  endSeconds: 45,
});

describe('binning a trace', () => {
  it('counts requests, failed ones too, and sums tokens in half-open bins', () => {
    const load = binTrace(trace, 10);
    assert.deepEqual([...load.requests], [3, 1, 0, 1]);
    assert.deepEqual([...load.promptTokens], [6, 4, 0, 5]);
    assert.deepEqual([...load.outputTokens], [60, 0, 0, 50]);
    assert.deepEqual([...load.observed], [1, 1, 1, 1]);
  });

  it('leaves out the last bin where the trace ends within it', () => {
    assert.equal(binTrace({ ...trace, endSeconds: 49.9 }, 10).requests.length, 4);
    assert.equal(binTrace({ ...trace, endSeconds: 50 }, 10).requests.length, 5);
    assert.equal(binTrace(traceAt([0, 5, 31]), 10).requests.length, 3);
  });

  it('marks as missing what lies outside of the observed span', () => {
    const load = binTrace(trace, 10, { fromSeconds: -10, toSeconds: 60 });
    assert.deepEqual([...load.observed], [0, 1, 1, 1, 1, 0, 0]);
    const slice = binTrace(sliceTrace(trace, 5, 25), 10, { fromSeconds: 0, toSeconds: 30 });
    assert.deepEqual([...slice.observed], [0, 1, 0]);
    assert.ok(Number.isNaN(targetOf(slice, 'requests').values[0]));
  });

  it('keeps the clock of a slice, dated or not', () => {
    const slice = sliceTrace(trace, 7200, 14400);
    const undated = binTrace(slice, 3600);
    assert.deepEqual([undated.startEpochSeconds, undated.startSeconds], [null, 7200]);
    assert.deepEqual([...hoursOfBins(undated, 0, 3).hour], [2, 3, 4]);
    assert.deepEqual([...hoursOfBins(targetOf(undated, 'requests'), 1, 1).hour], [3]);
    const dated = binTrace({ ...slice, startEpochSeconds: 1700000000, timeZone: 'Asia/Hong_Kong' }, 3600);
    assert.deepEqual([dated.startEpochSeconds, dated.startSeconds], [1700007200, undefined]);
    assert.deepEqual([...hoursOfBins(dated, 0, 1).hour], [8]);
  });

  it('is empty for an empty trace and refuses a bin without width', () => {
    assert.equal(binTrace(traceAt([]), 60).requests.length, 0);
    assert.throws(() => binTrace(trace, 0), RangeError);
    assert.throws(() => binTrace(trace, 10, { fromSeconds: 20, toSeconds: 10 }), RangeError);
  });

  it('changes no past bin when the future changes, and loses no request', () => {
    const times = fc.array(fc.double({ min: 0, max: 1000, noNaN: true }), { maxLength: 50 });
    fc.assert(
      fc.property(times, times, fc.integer({ min: 1, max: 97 }), (past, future, binSeconds) => {
        const before = past.sort((a, b) => a - b);
        const after = future.map((at) => at + 1000).sort((a, b) => a - b);
        const long = binTrace(traceAt([...before, ...after], { endSeconds: 2000 }), binSeconds);
        const short = binTrace(traceAt(before, { endSeconds: 1000 }), binSeconds);
        assert.deepEqual(long.requests.slice(0, short.requests.length), short.requests);
        const whole = binTrace(traceAt(before), binSeconds, { toSeconds: 1000 + binSeconds });
        assert.equal(
          whole.requests.reduce((sum, count) => sum + count, 0),
          before.length,
        );
      }),
    );
  });
});

describe('a target of a load', () => {
  const load = { ...binTrace(trace, 10), observed: Uint8Array.of(1, 0, 1, 1) };

  it('is a column, missing where the bin is', () => {
    assert.deepEqual([...targetOf(load, 'requests').values], [3, NaN, 0, 1]);
    assert.deepEqual([...targetOf(load, 'promptTokens').values], [6, NaN, 0, 5]);
  });

  it('has mean tokens only where there were requests', () => {
    assert.deepEqual([...targetOf(load, 'meanTokens').values], [22, NaN, NaN, 55]);
  });

  it('is missing in wide bins where any part is', () => {
    const wide = aggregate(load, 2);
    assert.deepEqual([wide.binSeconds, [...wide.requests], [...wide.observed]], [20, [4, 1], [0, 1]]);
    assert.deepEqual([...targetOf(wide, 'requests').values], [NaN, 1]);
    assert.deepEqual([...aggregateTarget(targetOf(load, 'requests'), 2).values], [NaN, 1]);
    assert.equal(aggregate(load, 3).requests.length, 1);
    assert.throws(() => aggregate(load, 0.5), RangeError);
  });
});
