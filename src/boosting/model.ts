import type { FeatureTable } from './feature-table.js';

/** What the sum of leaves is trained to be; the histogram trainer brings more. */
export type Objective = 'squared';

/**
 * A trained forest, all trees end to end in flat arrays (plain data). The nodes of tree `i` are `treeStart[i]` up to
 * `treeStart[i + 1]`, breadth-first with siblings side by side, the root first; child numbers count from the whole forest's node 0.
 */
export interface BoostedModel {
  readonly objective: Objective;
  /** Prediction before the first tree. */
  readonly baseScore: number;
  readonly features: number;
  /** [trees + 1] */
  readonly treeStart: Int32Array;
  /** Feature that a node asks for, -1 at a leaf. */
  readonly feature: Int32Array;
  /** `x < threshold` goes left; float32. */
  readonly threshold: Float32Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** 1 where a missing feature goes left. */
  readonly missingLeft: Uint8Array;
  /** What a leaf adds to the prediction, learning rate included; 0 at inner nodes. */
  readonly value: Float32Array;
  /** Loss reduction of the split (0 at a leaf) and sum of hessians of a node, for importance and contributions. */
  readonly gain: Float32Array;
  readonly cover: Float32Array;
}

/** Number of trees. */
export function treeCount(model: BoostedModel): number {
  return model.treeStart.length - 1;
}

/**
 * Predictions of every row, float32 sums in the order of the trees as XGBoost adds them.
 *
 * @throws RangeError when the table has another number of features than the model
 */
export function predict(model: BoostedModel, table: FeatureTable): Float32Array {
  if (table.columns !== model.features)
    throw new RangeError(`Cannot predict: the model takes ${model.features} features, got ${table.columns}`);
  const predictions = new Float32Array(table.rows);
  for (let row = 0; row < table.rows; row++) predictions[row] = predictAt(model, table.values, row * table.columns);
  return predictions;
}

/** The prediction of one row that starts at `offset` of float32 `values`. */
export function predictAt(model: BoostedModel, values: Float32Array, offset = 0): number {
  const { feature, threshold, left, right, missingLeft, value, treeStart } = model;
  let sum = model.baseScore;
  for (let tree = 0; tree < treeStart.length - 1; tree++) {
    let node = treeStart[tree]!;
    for (let asked = feature[node]!; asked >= 0; asked = feature[node]!) {
      const x = values[offset + asked]!;
      const goesLeft = x < threshold[node]! || (missingLeft[node] === 1 && Number.isNaN(x));
      node = goesLeft ? left[node]! : right[node]!;
    }
    sum = Math.fround(sum + value[node]!);
  }
  return sum;
}
