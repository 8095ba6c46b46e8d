import type { FeatureTable } from './feature-table.js';
import { treeDepths } from './forest-layout.js';
import { startingMargin, treeCount, type BoostedModel } from './model.js';
import { copyPath, emptyPath, extendPath, unwindPath, unwoundSum, type ShapleyPath } from './shapley-path.js';

/** What each feature adds to each row's sum of leaves. */
export interface Contributions {
  /** [rows x features], row-major. */
  readonly values: Float64Array;
  /** What all rows start from: the base score's margin and the trees' means. With offsets, the base score's part gives way to them. */
  readonly expected: number;
}

/**
 * Exact Shapley values of every feature of every row on the scale of the leaves (TreeSHAP: Lundberg et al. 2018; a feature that is not
 * known follows the training rows' shares). `expected` and a row's values add up to its margin.
 *
 * @throws RangeError when the table has another number of features than the model
 */
export function contributions(model: BoostedModel, table: FeatureTable): Contributions {
  if (table.columns !== model.features)
    throw new RangeError(`Cannot explain: the model takes ${model.features} features, got ${table.columns}`);
  const means = nodeMeans(model);
  const roots = Array.from({ length: treeCount(model) }, (_, tree) => model.treeStart[tree]!);
  const values = new Float64Array(table.rows * table.columns);
  const paths = Array.from({ length: Math.max(0, ...treeDepths(model)) + 2 }, (_, i) => emptyPath(i + 2));
  for (let row = 0; row < table.rows; row++) {
    const start = row * table.columns;
    const walk = {
      model,
      features: table.values.subarray(start, start + table.columns),
      paths,
      into: values.subarray(start, start + table.columns),
    };
    for (const root of roots) visit(walk, root, 0, -1, 1, 1);
  }
  return { values, expected: startingMargin(model) + roots.reduce((sum, root) => sum + means[root]!, 0) };
}

interface Walk {
  readonly model: BoostedModel;
  readonly features: Float32Array;
  /** One for each depth, so that a parent's path outlives its children. */
  readonly paths: readonly ShapleyPath[];
  readonly into: Float64Array;
}

/** Walks all leaves below `node`, to which the path at `depth - 1` leads by a split on `feature`. */
function visit(
  walk: Walk,
  node: number,
  depth: number,
  feature: number,
  unknownShare: number,
  knownShare: number,
): void {
  const { model, features, into } = walk;
  const path = walk.paths[depth]!;
  if (depth === 0) path.length = 0;
  extendPath(path, feature, unknownShare, knownShare);
  const asked = model.feature[node]!;
  if (asked < 0) {
    for (let i = 1; i < path.length; i++)
      into[path.feature[i]!]! +=
        unwoundSum(path, i) * (path.knownShare[i]! - path.unknownShare[i]!) * model.value[node]!;
    return;
  }
  let unknown = 1;
  let known = 1;
  for (let i = 1; i < path.length; i++)
    if (path.feature[i] === asked) {
      unknown = path.unknownShare[i]!;
      known = path.knownShare[i]!;
      unwindPath(path, i);
      break;
    }
  const x = features[asked]!;
  const goesLeft = x < model.threshold[node]! || (model.missingLeft[node] === 1 && Number.isNaN(x));
  const left = model.left[node]!;
  const right = model.right[node]!;
  const cover = model.cover[left]! + model.cover[right]!;
  for (const child of [left, right]) {
    const share = cover > 0 ? model.cover[child]! / cover : 0.5;
    const isOwn = goesLeft === (child === left);
    if (share === 0 && !(isOwn && known !== 0)) continue;
    copyPath(path, walk.paths[depth + 1]!);
    visit(walk, child, depth + 1, asked, unknown * share, isOwn ? known : 0);
  }
}

/** Mean leaf value below each node, by the hessians of its children. */
function nodeMeans({ feature, left, right, value, cover }: BoostedModel): Float64Array {
  const means = Float64Array.from(value);
  for (let node = feature.length - 1; node >= 0; node--) {
    if (feature[node]! < 0) continue;
    const [a, b] = [left[node]!, right[node]!];
    const total = cover[a]! + cover[b]!;
    means[node] = total > 0 ? (means[a]! * cover[a]! + means[b]! * cover[b]!) / total : (means[a]! + means[b]!) / 2;
  }
  return means;
}
