import type { BinnedTable } from './binned-table.js';

/** The best split of a node by its histogram: rows in bins 0 to `bin` of `column` go left. Column -1: none. */
export interface BinSplit {
  /** Loss reduction, in packed whole numbers. */
  gain: number;
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
  const best: BinSplit = { gain: 0, column: -1, bin: 0, missingLeft: true };
  for (let column = 0; column < table.columns; column++) {
    const begin = column * table.slots;
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
 *
 * With a and b the hessians of the sides plus lambda and T = a + b, the loss falls by (left gradient * T - a * node gradient)^2 / (a b T)
 * against lambda counted twice in the node, plus a constant. Comparing squares with `best * a * b` needs no division.
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
  const both = hessian + 2 * lambda;
  const nodeAlone = hessian > 0 ? gradient ** 2 / (hessian + lambda) : 0;
  const constant = gradient ** 2 / both - nodeAlone;
  const least = minHessian + lambda;
  const most = hessian - minHessian + lambda;
  // Adding and taking off 1.5 * 2^52 units rounds a sum to whole units, which is its hessian.
  const rounder = 1.5 * 2 ** 52 * unit;
  const perUnit = 1 / unit;
  let ratio = (best.gain - constant) * both;
  let at = -1;
  let sum = start;
  for (let bin = begin, end = begin + count; bin < end; bin++) {
    sum += histogram[bin]!;
    const units = sum + rounder - rounder;
    const left = units * perUnit + lambda;
    if (left < least) continue;
    if (left > most) break;
    const tilt = (sum - units) * both - left * gradient;
    const product = left * (both - left);
    if (tilt * tilt > ratio * product) {
      ratio = (tilt * tilt) / product;
      at = bin - begin;
    }
  }
  if (at < 0) return false;
  best.gain = ratio / both + constant;
  best.bin = at;
  return true;
}
