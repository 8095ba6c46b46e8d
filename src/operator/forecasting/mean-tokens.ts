import type { WorkloadMix } from '../../load/index.js';

/** Tokens that one request brings on average. */
export interface MeanTokens {
  readonly promptTokens: number;
  readonly outputTokens: number;
}

/** The mean tokens of the requests of a mix; one that fails brings none. Null for a mix without a served request. */
export function meanTokensOf({ weights, meanPrompt, meanOutput, failedShare }: WorkloadMix): MeanTokens | null {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total === 0) return null;
  const mean = (lengths: Float64Array): number =>
    ((1 - failedShare) * weights.reduce((sum, weight, cell) => sum + weight * lengths[cell]!, 0)) / total;
  return { promptTokens: mean(meanPrompt), outputTokens: mean(meanOutput) };
}
