import { pickColumns, type BinnedTable } from './binned-table.js';
import type { FeatureTable } from './feature-table.js';
import type { ForestBuilder } from './forest-builder.js';
import { growOnHistograms, type DraftNode } from './grow-histogram.js';
import type { HistogramParameters } from './histogram-parameters.js';
import { fillLeaves, type LeafRows } from './leaf-values.js';
import { fillGradients, hasUnitHessian, type LossRows } from './losses.js';
import { choosePacking, packDithered, packGradients, type Packing } from './pack-gradients.js';
import { sumLeaves } from './predict.js';
import { sampleColumns, sampleRows } from './sampling.js';

/** All that stays from tree to tree while a forest is trained; `rows.margins` are the sums of leaves so far. */
export interface HistogramSession {
  readonly table: FeatureTable;
  readonly binned: BinnedTable;
  readonly rows: LossRows;
  readonly parameters: HistogramParameters;
  readonly gradients: Float32Array;
  /** All 1 where the loss has no other. */
  readonly hessians: Float32Array;
  readonly packed: Float64Array;
  readonly spare: Int32Array;
  readonly pool: Float64Array[];
}

/** A session before its first tree. */
export function openSession(
  table: FeatureTable,
  binned: BinnedTable,
  rows: LossRows,
  parameters: HistogramParameters,
): HistogramSession {
  return {
    table,
    binned,
    rows,
    parameters,
    gradients: new Float32Array(table.rows),
    hessians: new Float32Array(table.rows).fill(1),
    packed: new Float64Array(table.rows),
    spare: new Int32Array(table.rows),
    pool: [],
  };
}

/** Grows tree number `tree`, appends it to `forest` and adds its leaves to the rows' margins. */
export function addHistogramTree(session: HistogramSession, forest: ForestBuilder, tree: number): void {
  const { table, binned, rows, parameters, gradients, hessians } = session;
  fillGradients(parameters, rows, gradients, hessians);
  const packing = packRows(session, tree);
  const columns = sampleColumns(table.columns, parameters.columnSample, parameters.seed, tree);
  const order = sampleRows(table.rows, parameters.rowSample, parameters.seed, tree);
  const { maxDepth, lambda, minChildWeight } = parameters;
  const root = growOnHistograms({
    table: columns.length < table.columns ? pickColumns(binned, columns) : binned,
    order,
    packed: session.packed,
    packing,
    maxDepth,
    lambda,
    minChildWeight,
    spare: session.spare,
    pool: session.pool,
  });
  const isUnit = hasUnitHessian(parameters, rows.weights);
  const leaves: LeafRows = { order, gradients, hessians: isUnit ? null : hessians, rows };
  appendDraft(forest, root, columns, (leaf) => fillLeaves(leaves, leaf, parameters));
  if (order.length < table.rows) addToOthers(session, forest, order);
}

function packRows({ rows, parameters, gradients, hessians, packed }: HistogramSession, tree: number): Packing {
  const isUnit = hasUnitHessian(parameters, rows.weights);
  const packing = choosePacking(gradients.length, largestOf(gradients), isUnit ? null : largestOf(hessians));
  if (packing.dithers)
    packDithered(
      gradients,
      isUnit ? null : hessians,
      packing,
      Math.imul(parameters.seed + tree * 2654435761, 40503),
      packed,
    );
  else if (isUnit) packGradients(gradients, packing, packed);
  else packDithered(gradients, hessians, packing, 1, packed);
  return packing;
}

function largestOf(values: Float32Array): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i]!);
    if (size > largest) largest = size;
  }
  return largest;
}

/** Appends a grown tree breadth-first, siblings side by side; `leafOf` gives a leaf's value and sum of hessians. */
function appendDraft(
  forest: ForestBuilder,
  root: DraftNode,
  columns: Int32Array,
  leafOf: (leaf: DraftNode) => { value: number; cover: number },
): void {
  const queue = [{ draft: root, node: forest.startTree(), cover: 0, left: -1 }];
  for (let i = 0; i < queue.length; i++) {
    const entry = queue[i]!;
    const { split } = entry.draft;
    if (split === null) {
      const { value, cover } = leafOf(entry.draft);
      forest.setLeaf(entry.node, value, cover);
      entry.cover = cover;
      continue;
    }
    const { threshold, missingLeft, gain } = split;
    const [left, right] = forest.split(entry.node, { feature: columns[split.column]!, threshold, missingLeft, gain });
    entry.left = queue.length;
    queue.push({ draft: split.left, node: left, cover: 0, left: -1 });
    queue.push({ draft: split.right, node: right, cover: 0, left: -1 });
  }
  for (let i = queue.length - 1; i >= 0; i--) {
    const entry = queue[i]!;
    if (entry.left < 0) continue;
    entry.cover = queue[entry.left]!.cover + queue[entry.left + 1]!.cover;
    forest.setLeaf(entry.node, 0, entry.cover);
  }
}

/** Adds the newest tree's leaves to the rows that it did not see. */
function addToOthers({ table, rows }: HistogramSession, forest: ForestBuilder, seen: Int32Array): void {
  const tree = forest.lastTree(table.columns);
  const isSeen = new Uint8Array(table.rows);
  for (const row of seen) isSeen[row] = 1;
  const { margins } = rows;
  for (let row = 0; row < table.rows; row++)
    if (isSeen[row] === 0) margins[row] = sumLeaves(tree, table.values, row * table.columns, margins[row]!);
}
