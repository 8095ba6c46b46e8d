import assert from 'node:assert/strict';
import fc from 'fast-check';
import { addLatency, openLatencyHistogram, summariseLatencies } from '../../src/vllm/replay/latency-histogram.js';
import { openEventParser } from '../../src/vllm/replay/event-parser.js';
import { summarise, seededRandom, exponential } from '../../src/base/index.js';

describe('server-sent events', () => {
  const parse = (pieces: readonly string[]): string[] => {
    const seen: string[] = [];
    const push = openEventParser((data) => seen.push(data));
    pieces.forEach(push);
    return seen;
  };

  it('are the same however the stream is cut', () => {
    const text = 'data: {"a":1}\r\n\r\n: comment\ndata:b\n\nevent: x\ndata: c\ndata: d\n\ndata: [DONE]\n\n';
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: text.length })), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), text.length];
        const pieces = at.slice(1).map((end, i) => text.slice(at[i], end));
        assert.deepEqual(parse(pieces), ['{"a":1}', 'b', 'c\nd', '[DONE]']);
      }),
    );
  });

  it('end with an empty line: one that is cut off is none', () =>
    assert.deepEqual(parse(['data: a\n\ndata: b\n']), ['a']));
});

describe('the histogram of gaps', () => {
  it('has the mean, and percentiles within 1 %', () => {
    const random = seededRandom(3, 'gaps');
    const values = Array.from({ length: 20_000 }, () => 0.02 * exponential(random));
    const histogram = openLatencyHistogram();
    values.forEach((value) => addLatency(histogram, value));
    const [told, exact] = [summariseLatencies(histogram), summarise(values)];
    assert.ok(Math.abs(told.mean! - exact.mean!) < 1e-12);
    for (const level of ['p50', 'p90', 'p99'] as const) assert.ok(Math.abs(told[level]! / exact[level]! - 1) < 0.01);
  });

  it('is unknown when empty, and takes a gap of 0', () => {
    const histogram = openLatencyHistogram();
    assert.equal(summariseLatencies(histogram).p50, null);
    addLatency(histogram, 0);
    assert.ok(summariseLatencies(histogram).p99! <= 1e-6);
  });
});
