import { BURSTINESS_WINDOW, boundedShape } from '../trace/index.js';
import { LENGTH_CELLS, LENGTH_EDGES } from './length-cells.js';
import type { WorkloadMix } from './mix.js';
import type { LoadSeries } from './series.js';

/** How many requests had lengths up to each bound and above the one before; their lengths' sum where it is known. */
export interface LengthHistogram {
  /** Upper bounds in tokens, included, ascending; the last may be infinite. */
  readonly bounds: readonly number[];
  /** Requests of each bucket, not cumulative. */
  readonly counts: readonly number[];
  readonly sum: number | null;
}

/** Lengths of the same requests. */
export interface LengthHistograms {
  readonly prompt: LengthHistogram;
  readonly output: LengthHistogram;
}

/** Share and mean length of the requests in each of LENGTH_CELLS. */
interface Marginal {
  readonly weights: Float64Array;
  readonly means: Float64Array;
}

/**
 * A mix from two histograms of lengths. How prompts and responses go together they do not tell: the two are taken as independent.
 * Within a bucket lengths spread like x^(tilt - 1), the tilt such that the mean is the histogram's own.
 *
 * @param gapShape as in WorkloadMix
 * @returns weights in requests; null when either histogram counts no request
 */
export function mixFromHistograms({ prompt, output }: LengthHistograms, gapShape: number): WorkloadMix | null {
  const prompts = marginalOf(prompt);
  const outputs = marginalOf(output);
  const requests = sumOf(outputs.weights);
  const all = sumOf(prompts.weights);
  if (!(requests > 0 && all > 0)) return null;
  const size = LENGTH_CELLS * LENGTH_CELLS;
  const weights = new Float64Array(size);
  const meanPrompt = new Float64Array(size);
  const meanOutput = new Float64Array(size);
  for (let cell = 0; cell < size; cell++) {
    const row = Math.floor(cell / LENGTH_CELLS);
    const column = cell % LENGTH_CELLS;
    weights[cell] = (prompts.weights[row]! / all) * outputs.weights[column]!;
    if (weights[cell] === 0) continue;
    meanPrompt[cell] = prompts.means[row]!;
    meanOutput[cell] = outputs.means[column]!;
  }
  return { gapShape, failedShare: 0, weights, meanPrompt, meanOutput };
}

/** Steepest tilt that is tried: beyond it nearly all of a bucket lies at one end. */
const MOST_TILT = 20;
/** A bucket without an upper bound is taken to end at so many times its lower one. */
const OPEN_BUCKET = 4;

function marginalOf(histogram: LengthHistogram): Marginal {
  const total = histogram.counts.reduce((sum, count) => sum + count, 0);
  if (histogram.sum === null || !(total > 0)) return spread(histogram, 0);
  const wanted = histogram.sum / total;
  let low = -MOST_TILT;
  let high = MOST_TILT;
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2;
    if (meanOf(spread(histogram, middle)) < wanted) low = middle;
    else high = middle;
  }
  return spread(histogram, (low + high) / 2);
}

/** Lengths as a continuum: a whole number of tokens owns the half token to either side of it. */
function spread({ bounds, counts }: LengthHistogram, tilt: number): Marginal {
  const weights = new Float64Array(LENGTH_CELLS);
  const means = new Float64Array(LENGTH_CELLS);
  bounds.forEach((bound, bucket) => {
    const count = counts[bucket]!;
    if (!(count > 0)) return;
    const from = 0.5 + Math.max(0, bucket === 0 ? 0 : bounds[bucket - 1]!);
    const to = Math.min(LENGTH_EDGES.at(-1)!, bound === Infinity ? OPEN_BUCKET * from : bound + 0.5);
    const whole = integral(from, to, tilt);
    for (let cell = 1; cell < LENGTH_CELLS && whole > 0; cell++) {
      const low = Math.max(from, LENGTH_EDGES[cell]! - 0.5);
      const high = Math.min(to, LENGTH_EDGES[cell + 1]! - 0.5);
      if (high <= low) continue;
      weights[cell]! += (count * integral(low, high, tilt)) / whole;
      means[cell]! += (count * integral(low, high, tilt + 1)) / whole;
    }
  });
  return { weights, means: means.map((sum, cell) => (weights[cell]! > 0 ? sum / weights[cell]! : 0)) };
}

/** Of x^(power - 1). */
function integral(from: number, to: number, power: number): number {
  return Math.abs(power) < 1e-9 ? Math.log(to / from) : (to ** power - from ** power) / power;
}

function meanOf({ weights, means }: Marginal): number {
  return means.reduce((sum, mean, cell) => sum + mean * weights[cell]!, 0) / sumOf(weights);
}

function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/**
 * The Gamma shape of gaps between arrivals, from how much the counts of neighbouring bins differ: of many gaps with shape k the count
 * varies by its mean / k. Bins within 20 minutes of each other are compared; where there are too few requests it is 1, as of Poisson arrivals.
 */
export function gapShapeOf({ requests, observed, binSeconds }: LoadSeries): number {
  const window = Math.max(2, Math.floor(BURSTINESS_WINDOW / binSeconds));
  let squares = 0;
  let total = 0;
  let pairs = 0;
  for (let bin = 1; bin < requests.length; bin++) {
    if (bin % window === 0 || observed[bin] === 0 || observed[bin - 1] === 0) continue;
    squares += (requests[bin]! - requests[bin - 1]!) ** 2 / 2;
    total += (requests[bin]! + requests[bin - 1]!) / 2;
    pairs++;
  }
  return pairs < FEWEST_PAIRS || !(total > 0) ? 1 : boundedShape(total / squares);
}

/** Fewer neighbours say nothing of their spread. */
const FEWEST_PAIRS = 8;
