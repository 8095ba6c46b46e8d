import assert from 'node:assert/strict';
import { InputError } from '../../src/base/index.js';
import { filterTrace, fromZero, observedSpan, sliceTrace } from '../../src/trace/index.js';
import { traceAt } from '../helpers/traces.js';

const trace = traceAt([0, 10, 20, 20, 30], {
  service: Uint8Array.of(0, 1, 0, 1, 0),
  serviceNames: ['conversation', 'api'],
  model: Uint8Array.of(0, 0, 1, 1, 1),
  modelNames: ['ChatGPT', 'GPT-4'],
  endSeconds: 60,
});

describe('a slice of a trace', () => {
  it('holds the requests from the first bound up to, without, the second, on the same clock', () => {
    const slice = sliceTrace(trace, 10, 20);
    assert.deepEqual([...slice.arrival], [10]);
    assert.deepEqual(observedSpan(slice), { start: 10, end: 20 });
    assert.deepEqual([...sliceTrace(trace, 20, 31).service], [0, 1, 0]);
    assert.equal(sliceTrace(trace, 31, 60).arrival.length, 0);
  });

  it('leaves the trace as it was', () => {
    const before = structuredClone(trace);
    sliceTrace(trace, 10, 20).arrival.fill(0);
    assert.deepEqual(trace, before);
  });

  it('starts at second 0 when asked to', () => {
    const dated = { ...sliceTrace(trace, 10, 40), startEpochSeconds: 1000 };
    const moved = fromZero(dated);
    assert.deepEqual([...moved.arrival], [0, 10, 10, 20]);
    assert.deepEqual([moved.startEpochSeconds, moved.endSeconds], [1010, 30]);
  });

  it('cannot end before it starts', () => {
    assert.throws(() => sliceTrace(trace, 20, 10), RangeError);
  });
});

describe('a filtered trace', () => {
  it('holds one service, one model, or one model of a service, by name in any case', () => {
    assert.deepEqual([...filterTrace(trace, { service: 'API' }).arrival], [10, 20]);
    assert.deepEqual([...filterTrace(trace, { model: 'gpt-4' }).arrival], [20, 20, 30]);
    assert.deepEqual([...filterTrace(trace, { service: 'api', model: 'GPT-4' }).arrival], [20]);
    assert.equal(filterTrace(trace, {}), trace);
  });

  it('keeps the observed span, so that quiet times are still observed', () => {
    const last = traceAt([0, 50], { service: Uint8Array.of(0, 1), serviceNames: ['a', 'b'] });
    assert.deepEqual(observedSpan(filterTrace(last, { service: 'a' })), { start: 0, end: 50 });
  });

  it('refuses a name that the trace does not have, and lists those it has', () => {
    assert.throws(
      () => filterTrace(trace, { service: 'chat' }),
      (error: Error) => {
        assert.ok(error instanceof InputError);
        assert.match(error.message, /conversation, api.*"chat"/);
        return true;
      },
    );
    assert.throws(() => filterTrace(trace, { model: 'x' }), InputError);
  });
});
