import assert from 'node:assert/strict';
import fc from 'fast-check';
import { seededRandom } from '../../src/base/index.js';
import { loadScale, TRACE_COLUMNS } from '../../src/trace/index.js';
import { traceAt } from '../helpers/traces.js';

describe('load scaling, whatever the trace', () => {
  const arrivals = fc
    .array(fc.double({ min: 0, max: 90000, noNaN: true }), { minLength: 1, maxLength: 60 })
    .map((times) => times.sort((a, b) => a - b));
  const factors = fc.double({ min: 0, max: 8, noNaN: true });

  it('rounds each bin up or down, keeps arrivals in order and in their bin, and deals only requests of the trace', () => {
    fc.assert(
      fc.property(arrivals, factors, fc.integer(), (times, factor, seed) => {
        const promptTokens = Uint32Array.from(times, (_, i) => i);
        const scaled = loadScale(traceAt(times, { promptTokens }), factor, seededRandom(seed), { binSeconds: 600 });
        for (const name of TRACE_COLUMNS) assert.equal(scaled[name].length, scaled.arrival.length);
        const counts = new Map<number, [number, number]>();
        const last = times.at(-1)!;
        const bins = Math.max(1, Math.ceil(last / 600));
        const count = (at: number, side: 0 | 1): void => {
          const bin = Math.min(bins - 1, Math.floor(at / 600));
          const both = counts.get(bin) ?? [0, 0];
          both[side]++;
          counts.set(bin, both);
        };
        times.forEach((at) => count(at, 0));
        scaled.arrival.forEach((at) => count(at, 1));
        for (const [was, is] of counts.values()) {
          assert.ok(is >= Math.floor(was * factor) && is <= Math.ceil(was * factor), `${was} became ${is}`);
        }
        for (let i = 1; i < scaled.arrival.length; i++) assert.ok(scaled.arrival[i]! >= scaled.arrival[i - 1]!);
        for (const row of scaled.promptTokens) assert.ok(row < times.length);
      }),
      { numRuns: 200 },
    );
  });
});
