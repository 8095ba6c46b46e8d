import { InputError } from '../base/index.js';

/** One tree, renumbered breadth-first with siblings side by side; child numbers count from the tree's own root. */
export interface XgboostTree {
  readonly feature: number[];
  readonly threshold: number[];
  readonly left: number[];
  readonly right: number[];
  readonly missingLeft: number[];
  readonly value: number[];
  readonly gain: number[];
  readonly cover: number[];
}

/** XGBoost's lists, one entry a node. */
const LISTS = [
  'left_children',
  'right_children',
  'split_indices',
  'split_conditions',
  'default_left',
  'loss_changes',
  'sum_hessian',
] as const;

type Lists = Record<(typeof LISTS)[number], number[]>;

/**
 * Reads one tree of XGBoost's JSON; nodes that pruning left without a parent are dropped.
 *
 * @throws InputError when lists are missing, differ in length, name features or nodes that are not there, or hold categories
 */
export function readTree(tree: unknown, features: number, name: string): XgboostTree {
  const lists = readLists(tree, name);
  const out: XgboostTree = {
    feature: [],
    threshold: [],
    left: [],
    right: [],
    missingLeft: [],
    value: [],
    gain: [],
    cover: [],
  };
  const nodes = lists.left_children.length;
  const queue = [0];
  for (let i = 0; i < queue.length; i++) {
    const node = queue[i]!;
    if (queue.length > nodes || !Number.isInteger(node) || node < 0 || node >= nodes)
      throw new InputError(`${name}: children must be other nodes of the tree, got ${node} of ${nodes}`);
    const condition = lists.split_conditions[node]!;
    const isLeaf = lists.left_children[node] === -1;
    const feature = isLeaf ? -1 : lists.split_indices[node]!;
    if (!Number.isInteger(feature) || feature >= features)
      throw new InputError(`${name}: split_indices must be features below ${features}, got ${feature}`);
    out.feature.push(feature);
    out.threshold.push(isLeaf ? 0 : condition);
    out.value.push(isLeaf ? condition : 0);
    out.left.push(isLeaf ? -1 : queue.length);
    out.right.push(isLeaf ? -1 : queue.length + 1);
    out.missingLeft.push(isLeaf ? 0 : Number(lists.default_left[node]));
    out.gain.push(isLeaf ? 0 : lists.loss_changes[node]!);
    out.cover.push(lists.sum_hessian[node]!);
    if (!isLeaf) queue.push(lists.left_children[node]!, lists.right_children[node]!);
  }
  return out;
}

function readLists(tree: unknown, name: string): Lists {
  const given = (typeof tree === 'object' && tree !== null ? tree : {}) as Record<string, unknown>;
  const types = given.split_type;
  if (Array.isArray(types) && types.some((type) => type !== 0))
    throw new InputError(`${name}: splits must be numeric, got split_type ${JSON.stringify(types)}`);
  const length = Array.isArray(given.left_children) ? given.left_children.length : 0;
  for (const field of LISTS) {
    const list = given[field];
    const isWhole =
      Array.isArray(list) &&
      list.length === length &&
      length > 0 &&
      list.every((entry) => Number.isFinite(Number(entry)));
    if (!isWhole)
      throw new InputError(
        `${name}: ${field} must be a list of ${length || 'at least one'} numbers, got ${typeof list}`,
      );
  }
  return given as unknown as Lists;
}
