import assert from 'node:assert/strict';
import { normal, seededRandom } from '../../src/base/index.js';
import {
  binTrace,
  gapShapeOf,
  LENGTH_CELLS,
  mergeMixes,
  mixFromHistograms,
  sampleTrace,
  type LengthHistogram,
  type LoadSeries,
  type WorkloadMix,
} from '../../src/load/index.js';

/** As vLLM counts lengths. */
const BOUNDS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000, Infinity];

function histogram(lengths: readonly number[], withSum = true): LengthHistogram {
  const counts = BOUNDS.map(
    (bound, i) => lengths.filter((length) => length <= bound && length > (BOUNDS[i - 1] ?? -Infinity)).length,
  );
  return { bounds: BOUNDS, counts, sum: withSum ? lengths.reduce((sum, length) => sum + length, 0) : null };
}

function logNormals(count: number, median: number, spread: number, seed: number): number[] {
  const random = seededRandom(seed, 'lengths');
  return Array.from({ length: count }, () => Math.max(1, Math.round(median * Math.exp(spread * normal(random)))));
}

function meanOf({ weights }: WorkloadMix, lengths: Float64Array): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.reduce((sum, weight, cell) => sum + weight * lengths[cell]!, 0) / total;
}

const quantile = (values: readonly number[], level: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(level * values.length)]!;

describe('a mix from histograms of lengths', () => {
  const prompts = logNormals(4000, 700, 0.9, 1);
  const outputs = logNormals(4000, 180, 0.7, 2);
  const mix = mixFromHistograms({ prompt: histogram(prompts), output: histogram(outputs) }, 0.5)!;
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

  it('keeps the means and the number of requests', () => {
    assert.ok(Math.abs(meanOf(mix, mix.meanPrompt) / mean(prompts) - 1) < 1e-6);
    assert.ok(Math.abs(meanOf(mix, mix.meanOutput) / mean(outputs) - 1) < 1e-6);
    assert.ok(Math.abs(mix.weights.reduce((sum, weight) => sum + weight, 0) - 4000) < 1e-6);
    assert.equal(mix.gapShape, 0.5);
  });

  it('gives samples whose quantiles are those of the lengths that were counted', () => {
    const trace = sampleTrace(mix, 1, 20_000, seededRandom(3, 'sample'));
    for (const [sampled, planted] of [
      [trace.promptTokens, prompts],
      [trace.outputTokens, outputs],
    ] as const)
      for (const level of [0.1, 0.25, 0.5, 0.75, 0.9, 0.99]) {
        const ratio = quantile([...sampled], level) / quantile(planted, level);
        // The buckets are up to 2.5 wide; within one only the overall mean is known.
        assert.ok(ratio > 0.8 && ratio < 1.25, `P${level * 100}: ${ratio}`);
      }
  });

  it('puts every weight in cells that lie in the buckets it came from', () => {
    const exact = mixFromHistograms({ prompt: histogram([150, 150]), output: histogram([7]) }, 1)!;
    for (let cell = 0; cell < exact.weights.length; cell++) {
      if (exact.weights[cell] === 0) continue;
      assert.ok(exact.meanPrompt[cell]! > 100 && exact.meanPrompt[cell]! < 200.6);
      assert.ok(exact.meanOutput[cell]! > 5 && exact.meanOutput[cell]! < 10.6);
    }
    assert.equal(exact.weights.length, LENGTH_CELLS ** 2);
  });

  it('spreads lengths evenly over doublings where their sum is not known', () => {
    const unsummed = mixFromHistograms({ prompt: histogram(prompts, false), output: histogram(outputs, false) }, 1)!;
    assert.ok(Math.abs(meanOf(unsummed, unsummed.meanPrompt) / mean(prompts) - 1) < 0.1);
  });

  it('stays a mix where a sum cannot be of the buckets', () => {
    const wrong = { ...histogram([150]), sum: 1e9 };
    const found = mixFromHistograms({ prompt: wrong, output: histogram([5]) }, 1)!;
    assert.ok(meanOf(found, found.meanPrompt) < 200.6);
    assert.ok(found.weights.every((weight) => weight >= 0 && Number.isFinite(weight)));
  });

  it('is null where nothing was counted', () => {
    const nothing = { bounds: BOUNDS, counts: BOUNDS.map(() => 0), sum: 0 };
    assert.equal(mixFromHistograms({ prompt: nothing, output: histogram([5]) }, 1), null);
    assert.equal(mixFromHistograms({ prompt: histogram([5]), output: { bounds: [], counts: [], sum: null } }, 1), null);
  });
});

describe('burstiness from counts', () => {
  const loadOf = (gapShape: number): LoadSeries => {
    const mix = { ...mixFromHistograms({ prompt: histogram([50]), output: histogram([50]) }, gapShape)! };
    return binTrace(sampleTrace(mix, 5, 36_000, seededRandom(5, 'arrivals')), 30);
  };
  for (const [shape, least, most] of [
    [0.3, 0.2, 0.45],
    [1, 0.75, 1.3],
    [3, 2, 4.5],
  ] as const)
    it(`finds a planted Gamma shape of ${shape}`, () => {
      const found = gapShapeOf(loadOf(shape));
      assert.ok(found > least && found < most, `${found}`);
    });

  it('is Poisson’s where little is known', () => {
    const load = loadOf(0.3);
    assert.equal(gapShapeOf({ ...load, observed: load.observed.map(() => 0) }), 1);
    assert.equal(gapShapeOf({ ...load, requests: load.requests.map(() => 0) }), 1);
  });

  it('does not take a load that moves for bursts', () => {
    const moving = Float64Array.from({ length: 200 }, (_, bin) => 1000 + 10 * bin);
    assert.equal(gapShapeOf({ ...loadOf(1), requests: moving, observed: new Uint8Array(200).fill(1) }), 10);
  });
});

describe('two mixes as one', () => {
  const short = mixFromHistograms({ prompt: histogram([100, 100, 100]), output: histogram([10, 10, 10]) }, 1)!;
  const long = mixFromHistograms({ prompt: histogram([4000]), output: histogram([10]) }, 0.4)!;

  const [shortMean, longMean] = [meanOf(short, short.meanPrompt), meanOf(long, long.meanPrompt)];

  it('weighs them by requests, the older ones less', () => {
    const both = mergeMixes(short, long, 1);
    assert.ok(Math.abs(meanOf(both, both.meanPrompt) - (3 * shortMean + longMean) / 4) < 1e-6);
    assert.ok(Math.abs(both.gapShape - (3 + 0.4) / 4) < 1e-9);
    const faded = mergeMixes(short, long, 1 / 3);
    assert.ok(Math.abs(meanOf(faded, faded.meanPrompt) - (shortMean + longMean) / 2) < 1e-6);
  });

  it('is the newer one where nothing of the older counts, and changes neither', () => {
    const before = structuredClone([short, long]);
    const merged = mergeMixes(short, long, 0);
    assert.deepEqual(merged.weights, long.weights);
    assert.ok(Math.abs(meanOf(merged, merged.meanPrompt) - longMean) < 1e-6);
    assert.equal(merged.gapShape, 0.4);
    assert.deepEqual([short, long], before);
  });
});
