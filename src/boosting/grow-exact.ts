import type { ForestBuilder } from './forest-builder.js';
import type { BoostingParameters } from './parameters.js';
import { scanColumn, type BestSplit, type NodeSums } from './split.js';

/** Columns with their known rows sorted by value. */
export interface SortedColumns {
  readonly rows: number;
  /** Per column, its value at every row. */
  readonly values: readonly Float32Array[];
  /** Per column, the rows where it is known, ascending by value. */
  readonly orders: readonly Int32Array[];
}

/** A node that may still split: its rows are `begin..end` of the row list, and of each column's sorted list. */
interface OpenNode {
  readonly node: number;
  readonly sums: NodeSums;
  /** [columns + 1]: ranges in each sorted list, then in the list of all rows. */
  readonly begin: Int32Array;
  readonly end: Int32Array;
}

/** Least loss reduction for which XGBoost makes a split at all. */
const LEAST_GAIN = Math.fround(1e-6);

/**
 * Grows one tree level by level and appends it to `forest`. Every node keeps its rows in each column's order: a split
 * parts these lists in two, so that nothing is sorted twice.
 *
 * @param onLeaf told every row's leaf value once
 */
export function growTree(
  forest: ForestBuilder,
  columns: SortedColumns,
  gradients: Float32Array,
  parameters: BoostingParameters,
  onLeaf: (row: number, leaf: number) => void,
): void {
  const all = Int32Array.from({ length: columns.rows }, (_, row) => row);
  const lists = [...columns.orders.map((order) => order.slice()), all];
  const goesLeft = new Uint8Array(columns.rows);
  const spare = new Int32Array(columns.rows);
  const begin = new Int32Array(lists.length);
  const end = Int32Array.from(lists, (list) => list.length);
  let level: OpenNode[] = [{ node: forest.startTree(), sums: sumRows(all, 0, all.length, gradients), begin, end }];
  for (let depth = 0; level.length > 0; depth++) {
    const next: OpenNode[] = [];
    for (const open of level) {
      const best = depth < parameters.maxDepth ? bestSplit(open, columns, lists, gradients, parameters) : null;
      if (best === null) {
        closeLeaf(forest, open, all, parameters, onLeaf);
        continue;
      }
      markLeft(open, best, columns.values[best.feature]!, all, goesLeft);
      next.push(...partNode(forest, open, best, lists, goesLeft, spare, gradients));
    }
    level = next;
  }
}

function sumRows(rows: Int32Array, begin: number, end: number, gradients: Float32Array): NodeSums {
  let gradient = 0;
  for (let i = begin; i < end; i++) gradient += gradients[rows[i]!]!;
  return { gradient, hessian: end - begin };
}

function bestSplit(
  open: OpenNode,
  columns: SortedColumns,
  lists: readonly Int32Array[],
  gradients: Float32Array,
  parameters: BoostingParameters,
): BestSplit | null {
  const best: BestSplit = { gain: 0, feature: -1, threshold: NaN, missingLeft: false };
  if (open.sums.hessian < 2 * parameters.minChildWeight) return null;
  for (let feature = 0; feature < columns.values.length; feature++) {
    const values = columns.values[feature]!;
    const whole = columns.orders[feature]!;
    if (whole.length === 0) continue;
    const rows = { feature, values, order: lists[feature]!, begin: open.begin[feature]!, end: open.end[feature]! };
    const constant = values[whole[0]!] === values[whole[whole.length - 1]!];
    if (whole.length < columns.rows && !constant) scanColumn(rows, 1, gradients, open.sums, parameters, best);
    scanColumn(rows, -1, gradients, open.sums, parameters, best);
  }
  return best.gain > LEAST_GAIN ? best : null;
}

function closeLeaf(
  forest: ForestBuilder,
  open: OpenNode,
  all: Int32Array,
  parameters: BoostingParameters,
  onLeaf: (row: number, leaf: number) => void,
): void {
  const { gradient, hessian } = open.sums;
  const light = hessian <= 0 || hessian < parameters.minChildWeight;
  const weight = light ? 0 : Math.fround(-gradient / (hessian + parameters.lambda));
  const leaf = Math.fround(weight * Math.fround(parameters.learningRate));
  forest.setLeaf(open.node, leaf, hessian);
  const last = open.begin.length - 1;
  for (let i = open.begin[last]!; i < open.end[last]!; i++) onLeaf(all[i]!, leaf);
}

function markLeft(open: OpenNode, best: BestSplit, values: Float32Array, all: Int32Array, goesLeft: Uint8Array): void {
  const last = open.begin.length - 1;
  for (let i = open.begin[last]!; i < open.end[last]!; i++) {
    const row = all[i]!;
    const value = values[row]!;
    goesLeft[row] = value < best.threshold || (best.missingLeft && Number.isNaN(value)) ? 1 : 0;
  }
}

function partNode(
  forest: ForestBuilder,
  open: OpenNode,
  best: BestSplit,
  lists: readonly Int32Array[],
  goesLeft: Uint8Array,
  spare: Int32Array,
  gradients: Float32Array,
): [OpenNode, OpenNode] {
  const middle = new Int32Array(lists.length);
  lists.forEach((list, i) => {
    middle[i] = partStably(list, open.begin[i]!, open.end[i]!, goesLeft, spare);
  });
  forest.setLeaf(open.node, 0, open.sums.hessian);
  const [left, right] = forest.split(open.node, best);
  const last = lists.length - 1;
  const all = lists[last]!;
  return [
    { node: left, sums: sumRows(all, open.begin[last]!, middle[last]!, gradients), begin: open.begin, end: middle },
    { node: right, sums: sumRows(all, middle[last]!, open.end[last]!, gradients), begin: middle, end: open.end },
  ];
}

/** Moves the rows that go left before the others, each group in its old order; gives where the second group begins. */
function partStably(list: Int32Array, begin: number, end: number, goesLeft: Uint8Array, spare: Int32Array): number {
  let lefts = begin;
  let rights = 0;
  for (let i = begin; i < end; i++) {
    const row = list[i]!;
    const isLeft = goesLeft[row]!;
    list[lefts] = row;
    spare[rights] = row;
    lefts += isLeft;
    rights += 1 - isLeft;
  }
  list.set(spare.subarray(0, rights), lefts);
  return lefts;
}
