import type { DraftNode } from './grow-histogram.js';
import type { HistogramParameters } from './histogram-parameters.js';
import { levelOf, refitsLeaves, type LossRows } from './losses.js';
import { quantileOf } from './select-quantile.js';

/** What leaf values are made of: the tree's rows in leaf order, their derivatives, labels and margins. */
export interface LeafRows {
  readonly order: Int32Array;
  readonly gradients: Float32Array;
  /** Null where every hessian is 1. */
  readonly hessians: Float32Array | null;
  readonly rows: LossRows;
}

/**
 * The value of a leaf, learning rate included (float32), and its sum of hessians; adds the value to the margins of the leaf's rows.
 * The sums are over the rows' own derivatives, not over rounded ones.
 */
export function fillLeaves(
  { order, gradients, hessians, rows }: LeafRows,
  { begin, end }: DraftNode,
  parameters: HistogramParameters,
): { value: number; cover: number } {
  const cover = hessians === null ? end - begin : sumAt(hessians, order, begin, end);
  const weight = refitsLeaves(parameters)
    ? residualQuantile(rows, order, begin, end, levelOf(parameters))
    : newtonStep(sumAt(gradients, order, begin, end), cover, parameters);
  const value = Math.fround(Math.fround(weight) * Math.fround(parameters.learningRate));
  const { margins } = rows;
  for (let i = begin; i < end; i++) {
    const row = order[i]!;
    margins[row] = margins[row]! + value;
  }
  return { value, cover };
}

function sumAt(values: Float32Array, order: Int32Array, begin: number, end: number): number {
  let sum = 0;
  for (let i = begin; i < end; i++) sum += values[order[i]!]!;
  return sum;
}

function newtonStep(gradient: number, hessian: number, parameters: HistogramParameters): number {
  if (hessian <= 0 || hessian < parameters.minChildWeight) return 0;
  const step = -gradient / (hessian + parameters.lambda);
  const most = parameters.maxDeltaStep;
  return most > 0 ? Math.min(most, Math.max(-most, step)) : step;
}

function residualQuantile(
  { labels, margins, weights }: LossRows,
  order: Int32Array,
  begin: number,
  end: number,
  level: number,
): number {
  if (begin === end) return 0;
  const residuals = new Float32Array(end - begin);
  const counts = weights === null ? null : new Float32Array(end - begin);
  for (let i = begin; i < end; i++) {
    const row = order[i]!;
    residuals[i - begin] = labels[row]! - margins[row]!;
    if (counts !== null) counts[i - begin] = weights![row]!;
  }
  return quantileOf(residuals, counts, level);
}
