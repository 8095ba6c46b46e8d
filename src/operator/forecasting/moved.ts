import type { WorkloadMix } from '../../load/index.js';

/** Relative change of a mean or a spread from which a table measured under the old mix no longer holds. */
const TOLERANCE = 0.1;

/** Whether requests have become longer or shorter, or more or less alike, than those that a table was measured with. */
export function hasMoved(then: WorkloadMix, now: WorkloadMix): boolean {
  const before = momentsOf(then);
  return momentsOf(now).some((moment, i) => !(Math.abs(moment - before[i]!) <= TOLERANCE * before[i]!));
}

/** Mean and root mean square of prompts and of responses, tokens. */
function momentsOf({ weights, meanPrompt, meanOutput }: WorkloadMix): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return [meanPrompt, meanOutput].flatMap((lengths) => {
    const mean = weights.reduce((sum, weight, cell) => sum + weight * lengths[cell]!, 0) / total;
    const square = weights.reduce((sum, weight, cell) => sum + weight * lengths[cell]! ** 2, 0) / total;
    return [mean, Math.sqrt(square)];
  });
}
