import type { BinnedTable } from './binned-table.js';

/** The best split of a node by its histogram: rows in bins 0 to `bin` of `column` go left. Column -1: none. */
export interface BinSplit {
  /** Loss reduction in packed units, the node's own G^2 / (H + lambda) not yet taken off. */
  score: number;
  column: number;
  bin: number;
  missingLeft: boolean;
}

/** Bounds of the scan, all in packed whole numbers (see Packing). */
export interface ScanRules {
  readonly unit: number;
  readonly lambda: number;
  /** Least hessian of a child, at least 1. */
  readonly minHessian: number;
}

/** Packed sums of a node, apart. */
export interface PackedSums {
  readonly gradient: number;
  readonly hessian: number;
}

/** Takes a packed sum apart. */
export function unpack(sum: number, unit: number): PackedSums {
  const hessian = Math.floor(sum / unit + 0.5);
  return { gradient: sum - hessian * unit, hessian };
}

/**
 * Searches all columns of a node's histogram. Missing rows are tried on both sides; a column without any in the whole table sends them
 * where more rows (by hessian) go.
 */
export function scanHistogram(
  table: BinnedTable,
  histogram: Float64Array,
  node: PackedSums,
  rules: ScanRules,
): BinSplit {
  const best: BinSplit = { score: 0, column: -1, bin: 0, missingLeft: true };
  for (let column = 0; column < table.columns; column++) {
    const begin = column * table.width;
    const bins = table.valueBins[column]!;
    const { hasMissing, top } = table.cuts[column]!;
    const withMissingRight = hasMissing && !Number.isNaN(top) ? bins : bins - 1;
    const found = scanBins(histogram, begin, withMissingRight, 0, node, rules, best);
    if (found) Object.assign(best, { column, missingLeft: false });
    if (hasMissing && scanBins(histogram, begin, bins - 1, histogram[begin + bins]!, node, rules, best))
      Object.assign(best, { column, missingLeft: true });
  }
  return best;
}

/**
 * Tries to cut after each of `count` bins from `begin`, with `start` on the left side from the outset; the first of equal cuts stays.
 * Gives whether `best` got better.
 */
function scanBins(
  histogram: Float64Array,
  begin: number,
  count: number,
  start: number,
  node: PackedSums,
  rules: ScanRules,
  best: BinSplit,
): boolean {
  const { unit, lambda, minHessian } = rules;
  const { gradient, hessian } = node;
  const perUnit = 1 / unit;
  let score = best.score;
  let at = -1;
  let sum = start;
  for (let bin = 0; bin < count; bin++) {
    sum += histogram[begin + bin]!;
    const leftHessian = (sum * perUnit + 0.5) | 0;
    const rightHessian = hessian - leftHessian;
    if (leftHessian < minHessian) continue;
    if (rightHessian < minHessian) break;
    const leftGradient = sum - leftHessian * unit;
    const rightGradient = gradient - leftGradient;
    const found =
      (leftGradient * leftGradient) / (leftHessian + lambda) +
      (rightGradient * rightGradient) / (rightHessian + lambda);
    if (found > score) {
      score = found;
      at = bin;
    }
  }
  if (at < 0) return false;
  best.score = score;
  best.bin = at;
  return true;
}
