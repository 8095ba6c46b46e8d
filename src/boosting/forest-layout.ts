import type { BoostedModel } from './model.js';

/**
 * A forest laid out for many rows: a row takes as many steps in a tree as its deepest leaf has, from node n to
 * `child[n] + (x >= threshold[n])`. Leaves lead to themselves, by a threshold of NaN.
 */
export interface ForestLayout {
  readonly treeStart: Int32Array;
  /** Steps to the deepest leaf of each tree. */
  readonly depth: Int32Array;
  /** `child << 12 | feature` (feature 0 at a leaf) in one word, which is read a quarter faster than two; null where they do not fit. */
  readonly link: Int32Array | null;
  readonly feature: Int32Array;
  readonly threshold: Float32Array;
  readonly child: Int32Array;
  /** 1 where a missing feature goes right, which `x >= threshold` does not say. */
  readonly missingRight: Uint8Array;
  readonly value: Float32Array;
}

const MOST_LINKED_FEATURES = 2 ** 12;
const MOST_LINKED_NODES = 2 ** 20;

const layouts = new WeakMap<BoostedModel, ForestLayout>();

/** The layout of a model, made once for as long as the model is there. */
export function layoutOf(model: BoostedModel): ForestLayout {
  const layout = layouts.get(model) ?? layOut(model);
  layouts.set(model, layout);
  return layout;
}

/** The layout of a model whose siblings stand side by side, as every BoostedModel's do. */
function layOut(model: BoostedModel): ForestLayout {
  const child = model.left.map((left, node) => (left < 0 ? node : left));
  const feature = model.feature.map((asked) => Math.max(0, asked));
  const fits = model.features <= MOST_LINKED_FEATURES && child.length <= MOST_LINKED_NODES;
  return {
    treeStart: model.treeStart,
    depth: treeDepths(model),
    link: fits ? child.map((node, i) => (node << 12) | feature[i]!) : null,
    feature,
    threshold: model.threshold.map((threshold, node) => (model.feature[node]! < 0 ? NaN : threshold)),
    child,
    missingRight: model.missingLeft.map((left, node) => (model.feature[node]! < 0 ? 0 : 1 - left)),
    value: model.value,
  };
}

/** Steps from the root to the deepest leaf of each tree. */
export function treeDepths({ treeStart, left, right }: BoostedModel): Int32Array {
  const depthOf = new Int32Array(left.length);
  const depths = new Int32Array(treeStart.length - 1);
  for (let tree = 0; tree < depths.length; tree++)
    for (let node = treeStart[tree]!; node < treeStart[tree + 1]!; node++) {
      const depth = depthOf[node]!;
      if (depth > depths[tree]!) depths[tree] = depth;
      if (left[node]! < 0) continue;
      depthOf[left[node]!] = depth + 1;
      depthOf[right[node]!] = depth + 1;
    }
  return depths;
}

/** Adds the leaves of one tree to the sums of rows `begin..end`, four rows at a time; no feature may be missing. */
export function addTreeToKnown(
  layout: ForestLayout,
  tree: number,
  values: Float32Array,
  columns: number,
  begin: number,
  end: number,
  margins: Float32Array,
): void {
  let row = begin;
  if (layout.link !== null && layout.depth[tree]! > 0) {
    const { link, threshold, value } = layout;
    const root = layout.treeStart[tree]!;
    const steps = layout.depth[tree]!;
    // All rows ask the root's question first.
    const child = link[root]! >>> 12;
    const asked = link[root]! & 4095;
    const cut = threshold[root]!;
    for (; row + 4 <= end; row += 4) {
      const at = row * columns;
      const at1 = at + columns;
      const at2 = at1 + columns;
      const at3 = at2 + columns;
      let a = child + Number(values[at + asked]! >= cut);
      let b = child + Number(values[at1 + asked]! >= cut);
      let c = child + Number(values[at2 + asked]! >= cut);
      let d = child + Number(values[at3 + asked]! >= cut);
      for (let step = 1; step < steps; step++) {
        const toA = link[a]!;
        const toB = link[b]!;
        const toC = link[c]!;
        const toD = link[d]!;
        a = (toA >>> 12) + Number(values[at + (toA & 4095)]! >= threshold[a]!);
        b = (toB >>> 12) + Number(values[at1 + (toB & 4095)]! >= threshold[b]!);
        c = (toC >>> 12) + Number(values[at2 + (toC & 4095)]! >= threshold[c]!);
        d = (toD >>> 12) + Number(values[at3 + (toD & 4095)]! >= threshold[d]!);
      }
      margins[row]! += value[a]!;
      margins[row + 1]! += value[b]!;
      margins[row + 2]! += value[c]!;
      margins[row + 3]! += value[d]!;
    }
  }
  addTreeToAny(layout, tree, values, columns, row, end, margins);
}

/** Adds the leaves of one tree to the sums of rows `begin..end`, whose features may be missing. */
export function addTreeToAny(
  layout: ForestLayout,
  tree: number,
  values: Float32Array,
  columns: number,
  begin: number,
  end: number,
  margins: Float32Array,
): void {
  const { feature, threshold, child, missingRight, value } = layout;
  const root = layout.treeStart[tree]!;
  const steps = layout.depth[tree]!;
  for (let row = begin, at = begin * columns; row < end; row++, at += columns) {
    let node = root;
    for (let step = 0; step < steps; step++) {
      const x = values[at + feature[node]!]!;
      node = child[node]! + (Number(x >= threshold[node]!) | (missingRight[node]! & Number(Number.isNaN(x))));
    }
    margins[row]! += value[node]!;
  }
}

/** `margin` with all trees' leaves added for one row without missing features, four trees at a time. */
export function addTreesToOne(
  layout: ForestLayout,
  link: Int32Array,
  values: Float32Array,
  start: number,
  margin: number,
): number {
  const { threshold, value, treeStart, depth } = layout;
  let sum = margin;
  let tree = 0;
  for (; tree + 4 <= depth.length; tree += 4) {
    const steps = Math.max(depth[tree]!, depth[tree + 1]!, depth[tree + 2]!, depth[tree + 3]!);
    let a = treeStart[tree]!;
    let b = treeStart[tree + 1]!;
    let c = treeStart[tree + 2]!;
    let d = treeStart[tree + 3]!;
    for (let step = 0; step < steps; step++) {
      const toA = link[a]!;
      const toB = link[b]!;
      const toC = link[c]!;
      const toD = link[d]!;
      a = (toA >>> 12) + Number(values[start + (toA & 4095)]! >= threshold[a]!);
      b = (toB >>> 12) + Number(values[start + (toB & 4095)]! >= threshold[b]!);
      c = (toC >>> 12) + Number(values[start + (toC & 4095)]! >= threshold[c]!);
      d = (toD >>> 12) + Number(values[start + (toD & 4095)]! >= threshold[d]!);
    }
    sum = Math.fround(sum + value[a]!);
    sum = Math.fround(sum + value[b]!);
    sum = Math.fround(sum + value[c]!);
    sum = Math.fround(sum + value[d]!);
  }
  for (; tree < depth.length; tree++) {
    let node = treeStart[tree]!;
    for (let step = 0; step < depth[tree]!; step++)
      node = (link[node]! >>> 12) + Number(values[start + (link[node]! & 4095)]! >= threshold[node]!);
    sum = Math.fround(sum + value[node]!);
  }
  return sum;
}
