import type { BinnedTable } from './binned-table.js';
import { adderFor, subtractHistogram, type HistogramAdder } from './histogram.js';
import type { Packing } from './pack-gradients.js';
import { scanHistogram, unpack, type PackedSums, type ScanRules } from './scan-histogram.js';

/** A node of a tree that grows; its rows are `begin..end` of the row list. */
export interface DraftNode {
  readonly begin: number;
  readonly end: number;
  readonly depth: number;
  /** Null at a leaf. */
  split: DraftSplit | null;
}

/** A split of a draft node: rows whose bin is at most `bin` go left, and the gain of parting them so. */
export interface DraftSplit {
  readonly column: number;
  readonly bin: number;
  readonly threshold: number;
  readonly missingLeft: boolean;
  readonly gain: number;
  readonly left: DraftNode;
  readonly right: DraftNode;
}

/** What a tree grows from. */
export interface GrowthInput {
  readonly table: BinnedTable;
  /** Row numbers that the tree sees; parted in place, so that every node's rows lie together, in their first order. */
  readonly order: Int32Array;
  readonly packed: Float64Array;
  readonly packing: Packing;
  readonly maxDepth: number;
  readonly lambda: number;
  readonly minChildWeight: number;
  /** Room for rows while they are parted, as long as `order`. */
  readonly spare: Int32Array;
  /** Histograms for use again, in any state. */
  readonly pool: Float64Array[];
}

interface Growth extends GrowthInput {
  readonly rules: ScanRules;
  readonly add: HistogramAdder;
  /** Loss reduction per packed unit. */
  readonly gainScale: number;
}

/** Least loss reduction for a split, as in the exact trainer. */
const LEAST_GAIN = 1e-6;

/** Grows one tree, branch by branch; of two siblings the smaller one's histogram is summed, the other's is the difference. */
export function growOnHistograms(input: GrowthInput): DraftNode {
  const { unit, hessianScale, gradientScale } = input.packing;
  const rules = {
    unit,
    lambda: input.lambda * hessianScale,
    minHessian: Math.max(1, Math.ceil(input.minChildWeight * hessianScale)),
  };
  const growth = { ...input, rules, add: adderFor(input.table.slots), gainScale: hessianScale / gradientScale ** 2 };
  const root: DraftNode = { begin: 0, end: input.order.length, depth: 0, split: null };
  if (mayHaveSplit(growth, root)) splitNode(growth, root, summedHistogram(growth, root));
  return root;
}

/** Whether a node's histogram is worth its sum: not at the deepest level, nor with a single row. */
function mayHaveSplit(growth: Growth, node: DraftNode): boolean {
  return node.depth < growth.maxDepth && node.end - node.begin >= 2 && growth.table.columns > 0;
}

/** Splits a node and what comes below it; `histogram` is the node's own and goes back to the pool. */
function splitNode(growth: Growth, node: DraftNode, histogram: Float64Array): void {
  const { table, rules, pool } = growth;
  const sums = totalOf(table, histogram, rules.unit);
  const best = scanHistogram(table, histogram, sums, rules);
  const gain = best.gain * growth.gainScale;
  if (best.column < 0 || !(gain > LEAST_GAIN)) {
    pool.push(histogram);
    return;
  }
  const middle = partRows(growth, node, best.column, best.bin, best.missingLeft);
  const depth = node.depth + 1;
  const left: DraftNode = { begin: node.begin, end: middle, depth, split: null };
  const right: DraftNode = { begin: middle, end: node.end, depth, split: null };
  const { hasMissing, cuts, top } = table.cuts[best.column]!;
  node.split = {
    column: best.column,
    bin: best.bin,
    threshold: best.bin < cuts.length ? cuts[best.bin]! : top,
    missingLeft: hasMissing ? best.missingLeft : middle - node.begin >= node.end - middle,
    gain,
    left,
    right,
  };
  splitChildren(growth, left, right, histogram);
}

function splitChildren(growth: Growth, left: DraftNode, right: DraftNode, histogram: Float64Array): void {
  const isLeftSmaller = left.end - left.begin <= right.end - right.begin;
  const [small, large] = isLeftSmaller ? [left, right] : [right, left];
  if (!mayHaveSplit(growth, large)) {
    growth.pool.push(histogram);
    return;
  }
  const ofSmall = summedHistogram(growth, small);
  subtractHistogram(histogram, ofSmall);
  if (mayHaveSplit(growth, small)) splitNode(growth, small, ofSmall);
  else growth.pool.push(ofSmall);
  splitNode(growth, large, histogram);
}

function summedHistogram(growth: Growth, node: DraftNode): Float64Array {
  const { table, order, packed, pool } = growth;
  const histogram = pool.pop() ?? new Float64Array(table.wordsPerRow * 4 * table.slots);
  histogram.fill(0);
  growth.add(table.words, table.wordsPerRow, order, node.begin, node.end, packed, histogram);
  return histogram;
}

/** Sums of a node's rows: those of any one column's bins. */
function totalOf(table: BinnedTable, histogram: Float64Array, unit: number): PackedSums {
  let sum = 0;
  for (let bin = 0; bin < table.slots; bin++) sum += histogram[bin]!;
  return unpack(sum, unit);
}

/** Moves a node's rows that go left before the others, each group in its old order; gives where the second group begins. */
function partRows(growth: Growth, node: DraftNode, column: number, bin: number, missingLeft: boolean): number {
  const { table, order, spare } = growth;
  const missing = missingLeft && table.cuts[column]!.hasMissing ? table.valueBins[column]! : 0;
  return partStably(table.byColumn[column]!, bin, missing, order, node.begin, node.end, spare);
}

function partStably(
  bins: Uint8Array,
  lastLeft: number,
  alsoLeft: number,
  order: Int32Array,
  begin: number,
  end: number,
  spare: Int32Array,
): number {
  let lefts = begin;
  let rights = 0;
  for (let i = begin; i < end; i++) {
    const row = order[i]!;
    const bin = bins[row]!;
    const isLeft = Number(bin <= lastLeft) | Number(bin === alsoLeft);
    order[lefts] = row;
    spare[rights] = row;
    lefts += isLeft;
    rights += 1 - isLeft;
  }
  order.set(spare.subarray(0, rights), lefts);
  return lefts;
}
