import assert from 'node:assert/strict';
import fc from 'fast-check';
import { mean, seededRandom } from '../../src/base/index.js';
import { LENGTH_CELLS, LENGTH_EDGES, lengthCell, mixOf, sampleTrace } from '../../src/load/index.js';
import { drawArrivals, failedCount, filterTrace, gapShape, modelledWeek, requestCount } from '../../src/trace/index.js';
import { traceAt } from '../helpers/traces.js';

function served(values: Uint32Array, outputs: Uint32Array): number[] {
  return [...values].filter((_, i) => outputs[i]! > 0);
}

function near(a: number, b: number, tolerance: number): void {
  assert.ok(Math.abs(a / b - 1) < tolerance, `${a} is not within ${tolerance} of ${b}`);
}

describe('a workload mix', () => {
  const week = filterTrace(modelledWeek(), { service: 'conversation' });
  const mix = mixOf(week);
  const sample = sampleTrace(mix, 5, 100_000, seededRandom(1));

  it('gives back the mean lengths of the trace, and their correlation', () => {
    // 100,000 draws of lengths that stray by their own mean: 0.3 % of noise
    near(mean(sample.promptTokens), mean(served(week.promptTokens, week.outputTokens)), 0.01);
    near(mean(sample.outputTokens), mean(served(week.outputTokens, week.outputTokens)), 0.01);
    const product = (prompts: ArrayLike<number>, outputs: ArrayLike<number>): number =>
      mean(Float64Array.from(prompts, (value, i) => value * outputs[i]!));
    near(
      product(sample.promptTokens, sample.outputTokens),
      product(served(week.promptTokens, week.outputTokens), served(week.outputTokens, week.outputTokens)),
      0.02,
    );
  });

  it('has no failed requests in its samples, and tells their share', () => {
    assert.equal(failedCount(sample), 0);
    near(mix.failedShare, failedCount(week) / requestCount(week), 1e-9);
  });

  it('samples exactly the rate asked for; another rate gives the same requests closer together', () => {
    assert.equal(sample.endSeconds, 20_000);
    assert.ok(sample.arrival.every((at, i) => at >= (sample.arrival[i - 1] ?? 0) && at < 20_000));
    const fast = sampleTrace(mix, 10, 1000, seededRandom(2));
    const slow = sampleTrace(mix, 5, 1000, seededRandom(2));
    assert.deepEqual(fast.promptTokens, slow.promptTokens);
    fast.arrival.forEach((at, i) => assert.ok(Math.abs(2 * at - slow.arrival[i]!) < 1e-9));
  });

  it('finds a planted burstiness, and samples with it', () => {
    for (const shape of [0.25, 1, 3]) {
      const arrival = new Float64Array(20_000);
      drawArrivals(arrival, 0, 20_000, 0, 12_000, shape, seededRandom(3));
      const planted = mixOf(traceAt([...arrival]));
      near(planted.gapShape, shape, 0.1);
      near(gapShape(sampleTrace(planted, 2, 20_000, seededRandom(4)).arrival, 0, 10_000), shape, 0.1);
    }
  });

  it('takes a slow change of the rate for what it is, not for burstiness', () => {
    const arrival = [1, 4, 16].flatMap((rate, part) =>
      Array.from({ length: rate * 1200 }, (_, i) => part * 1200 + (i + 0.5) / rate),
    );
    assert.equal(mixOf(traceAt(arrival)).gapShape, 10);
  });

  it('lets old requests count less when they decay', () => {
    const promptTokens = Uint32Array.of(100, 1000);
    const trace = traceAt([0, 3600], { promptTokens });
    const { weights } = mixOf(trace, { halfLifeSeconds: 3600 });
    const at = (prompt: number): number => weights[lengthCell(prompt) * LENGTH_CELLS + lengthCell(10)]!;
    assert.deepEqual([at(100), at(1000)], [0.5, 1]);
    assert.deepEqual(mixOf(trace, { toSeconds: 3600 }), mixOf(traceAt([0], { promptTokens: Uint32Array.of(100) })));
  });

  it('crosses to a worker as it is, and gives the same sample for the same seed', () => {
    const copy = structuredClone(mix);
    assert.deepEqual(sampleTrace(copy, 1, 50, seededRandom(7)), sampleTrace(mix, 1, 50, seededRandom(7)));
  });

  it('has nothing to sample when nothing was served', () => {
    const empty = mixOf(traceAt([1, 2], { outputTokens: new Uint32Array(2) }));
    assert.equal(empty.failedShare, 1);
    assert.throws(() => sampleTrace(empty, 1, 1, seededRandom(1)), RangeError);
    assert.throws(() => sampleTrace(mix, 0, 1, seededRandom(1)), RangeError);
    assert.equal(requestCount(sampleTrace(mix, 1, 0, seededRandom(1))), 0);
    assert.equal(mixOf(traceAt([])).failedShare, 0);
  });
});

describe('length cells', () => {
  it('hold each length between their edges, and samples stay in the cell with its mean', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 20 - 1 }), fc.integer({ min: 1, max: 4096 }), (prompt, output) => {
        const cell = lengthCell(prompt);
        assert.ok(LENGTH_EDGES[cell]! <= prompt && prompt < LENGTH_EDGES[cell + 1]!);
        const mix = mixOf(traceAt([0], { promptTokens: Uint32Array.of(prompt), outputTokens: Uint32Array.of(output) }));
        const { promptTokens, outputTokens } = sampleTrace(mix, 1, 20, seededRandom(prompt));
        for (const tokens of promptTokens) assert.equal(lengthCell(tokens), cell);
        for (const tokens of outputTokens) assert.equal(lengthCell(tokens), lengthCell(output));
      }),
    );
    assert.equal(lengthCell(2 ** 31), LENGTH_CELLS - 1);
  });
});
