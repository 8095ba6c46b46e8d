import {
  BURSTINESS_WINDOW,
  boundedShape,
  firstAtOrAfter,
  gapMoments,
  observedSpan,
  type Trace,
} from '../trace/index.js';
import { LENGTH_CELLS, lengthCell } from './length-cells.js';

/**
 * What the sums of a bin hide: how arrivals spread within bins, and how long requests are. Plain data. Failed requests are
 * not in the lengths: they are never served.
 */
export interface WorkloadMix {
  /** Gamma shape of the gaps between arrivals: 1 is Poisson, below 1 is burstier (coefficient of variation 1 / √shape). */
  readonly gapShape: number;
  /** Share of requests that failed, in [0, 1]. */
  readonly failedShare: number;
  /** Joint weight of prompt and output lengths, [LENGTH_CELLS x LENGTH_CELLS], row-major by prompt; in requests, decayed. */
  readonly weights: Float64Array;
  /** Mean prompt tokens within each of the same cells; 0 where it is empty. */
  readonly meanPrompt: Float64Array;
  /** Mean output tokens within each of the same cells; 0 where it is empty. */
  readonly meanOutput: Float64Array;
}

/** Which requests a mix is made of. */
export interface MixOptions {
  /** A request this long before the end counts half; default: all count the same. */
  readonly halfLifeSeconds?: number;
  /** Only requests in [fromSeconds, toSeconds); default: the whole observed span. Weights decay from `toSeconds` back. */
  readonly fromSeconds?: number;
  readonly toSeconds?: number;
}

/**
 * The mix of a trace. Without any served request its weights are all 0, and no trace can be sampled from it.
 */
export function mixOf(trace: Trace, options: MixOptions = {}): WorkloadMix {
  const span = observedSpan(trace);
  const { halfLifeSeconds = Infinity, fromSeconds = span.start, toSeconds = Infinity } = options;
  const until = Math.min(toSeconds, span.end);
  const weights = new Float64Array(LENGTH_CELLS * LENGTH_CELLS);
  const meanPrompt = new Float64Array(weights.length);
  const meanOutput = new Float64Array(weights.length);
  let all = 0;
  let failed = 0;
  const last = toSeconds > span.end ? trace.arrival.length : firstAtOrAfter(trace.arrival, toSeconds);
  for (let i = firstAtOrAfter(trace.arrival, fromSeconds); i < last; i++) {
    const weight = 2 ** ((trace.arrival[i]! - until) / halfLifeSeconds);
    const prompt = trace.promptTokens[i]!;
    const output = trace.outputTokens[i]!;
    all += weight;
    if (output === 0) {
      failed += weight;
      continue;
    }
    const cell = lengthCell(prompt) * LENGTH_CELLS + lengthCell(output);
    weights[cell]! += weight;
    meanPrompt[cell]! += weight * prompt;
    meanOutput[cell]! += weight * output;
  }
  for (let cell = 0; cell < weights.length; cell++) {
    const weight = weights[cell]!;
    if (weight === 0) continue;
    meanPrompt[cell]! /= weight;
    meanOutput[cell]! /= weight;
  }
  const shape = pooledShape(trace.arrival, fromSeconds, Math.min(toSeconds, span.end + 1), until, halfLifeSeconds);
  return { gapShape: shape, failedShare: all > 0 ? failed / all : 0, weights, meanPrompt, meanOutput };
}

/**
 * One Gamma shape for all gaps: the gaps of each 20 minutes are compared with their own mean, so that a load that moves
 * over the day does not pass for burstiness.
 */
function pooledShape(arrival: Float64Array, from: number, to: number, end: number, halfLifeSeconds: number): number {
  let weights = 0;
  let squares = 0;
  for (let start = from; start < to; start += BURSTINESS_WINDOW) {
    const { count, mean, variance } = gapMoments(arrival, start, Math.min(to, start + BURSTINESS_WINDOW));
    if (count < 2 || !(mean > 0)) continue;
    const weight = count * 2 ** ((start - end) / halfLifeSeconds);
    weights += weight;
    squares += weight * (variance / (mean * mean));
  }
  return boundedShape(weights / squares);
}
