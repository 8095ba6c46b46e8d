import { mean, quantileOfSorted } from '../../base/index.js';
import type { ZipfLengths } from '../generator/index.js';
import { fitZipf } from './zipf-fit.js';

/** How a length is distributed; tokens. All null where there are none. */
export interface LengthStatistics {
  readonly mean: number | null;
  readonly p10: number | null;
  readonly p50: number | null;
  readonly p90: number | null;
  readonly p99: number | null;
  readonly most: number | null;
}

/** Responses to requests of one range of lengths. @source BurstGPT Figs 8 and 10 */
export interface ResponseBin {
  readonly promptFrom: number;
  /** Exclusive. */
  readonly promptTo: number;
  readonly requests: number;
  readonly mean: number;
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
}

/** Lengths of requests that did not fail. */
export interface LengthsOfGroup {
  readonly promptTokens: LengthStatistics;
  readonly outputTokens: LengthStatistics;
  /** Zipf law of request lengths; null where there are too few. */
  readonly zipf: ZipfLengths | null;
  readonly responseByPrompt: readonly ResponseBin[];
  /** Least squares of response on request length; null where request lengths are all alike. */
  readonly responseLine: {
    readonly intercept: number;
    readonly perPromptToken: number;
    readonly correlation: number;
  } | null;
  /** How many lengths fall between edges that double: [2^k, 2^(k+1)). */
  readonly histogram: {
    readonly edges: readonly number[];
    readonly prompts: readonly number[];
    readonly outputs: readonly number[];
  };
}

const DOUBLINGS = 21;

/**
 * What the lengths of one group of requests look like.
 *
 * @param prompts tokens of each request that did not fail
 * @param outputs tokens of each response, same order
 */
export function lengthStatistics(prompts: Uint32Array, outputs: Uint32Array): LengthsOfGroup {
  const sortedPrompts = prompts.slice().sort();
  return {
    promptTokens: statisticsOf(sortedPrompts),
    outputTokens: statisticsOf(outputs.slice().sort()),
    zipf: fitZipf(sortedPrompts),
    responseByPrompt: responseBins(prompts, outputs),
    responseLine: lineThrough(prompts, outputs),
    histogram: {
      edges: Array.from({ length: DOUBLINGS }, (_, k) => 2 ** k),
      prompts: doublings(prompts),
      outputs: doublings(outputs),
    },
  };
}

function statisticsOf(sorted: Uint32Array): LengthStatistics {
  if (sorted.length === 0) return { mean: null, p10: null, p50: null, p90: null, p99: null, most: null };
  const at = (level: number): number => quantileOfSorted(sorted, level);
  return { mean: mean(sorted), p10: at(0.1), p50: at(0.5), p90: at(0.9), p99: at(0.99), most: sorted.at(-1)! };
}

/** The range of doubling lengths that a length lies in: 0 for 0 and 1. */
function doublingOf(tokens: number): number {
  return Math.min(DOUBLINGS - 1, 31 - Math.clz32(Math.max(1, tokens)));
}

function doublings(lengths: Uint32Array): number[] {
  const counts = new Array<number>(DOUBLINGS).fill(0);
  for (const tokens of lengths) counts[doublingOf(tokens)]!++;
  return counts;
}

function responseBins(prompts: Uint32Array, outputs: Uint32Array): ResponseBin[] {
  const byRange: number[][] = Array.from({ length: DOUBLINGS }, () => []);
  for (let i = 0; i < prompts.length; i++) byRange[doublingOf(prompts[i]!)]!.push(outputs[i]!);
  return byRange.flatMap((responses, range) => {
    if (responses.length === 0) return [];
    const sorted = Float64Array.from(responses).sort();
    const at = (level: number): number => quantileOfSorted(sorted, level);
    const promptFrom = range === 0 ? 0 : 2 ** range;
    return [
      {
        ...{ promptFrom, promptTo: 2 ** (range + 1), requests: sorted.length, mean: mean(sorted) },
        ...{ p10: at(0.1), p50: at(0.5), p90: at(0.9) },
      },
    ];
  });
}

function lineThrough(x: Uint32Array, y: Uint32Array): LengthsOfGroup['responseLine'] {
  const [centreX, centreY] = [mean(x), mean(y)];
  let [xx, xy, yy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    const [dx, dy] = [x[i]! - centreX, y[i]! - centreY];
    xx += dx * dx;
    xy += dx * dy;
    yy += dy * dy;
  }
  if (!(xx > 0)) return null;
  const perPromptToken = xy / xx;
  return {
    intercept: centreY - perPromptToken * centreX,
    perPromptToken,
    correlation: yy > 0 ? xy / Math.sqrt(xx * yy) : 0,
  };
}
