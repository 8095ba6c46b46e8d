/** What the forest is trained to predict: the mean (`squared`, `poisson` on the log scale), the median or a quantile. */
export type Objective = 'squared' | 'absolute' | 'quantile' | 'poisson';

/**
 * A trained forest, all trees end to end in flat arrays (plain data). The nodes of tree `i` are `treeStart[i]` up to
 * `treeStart[i + 1]`, breadth-first with siblings side by side, the root first; child numbers count from the whole forest's node 0.
 */
export interface BoostedModel {
  readonly objective: Objective;
  /** Level of a `quantile` forest, in (0, 1); null for the others. */
  readonly quantileLevel: number | null;
  /** Prediction before the first tree, in units of the target: for `poisson` the leaves add up from its logarithm. */
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

/** The sum that leaves are added to where a row brings no offset of its own; float32. */
export function startingMargin(model: BoostedModel): number {
  return Math.fround(model.objective === 'poisson' ? Math.log(model.baseScore) : model.baseScore);
}

/** The prediction that a sum of leaves stands for: its exponential for `poisson`, else itself; float32. */
export function responseOf(objective: Objective, margin: number): number {
  return objective === 'poisson' ? Math.fround(Math.exp(margin)) : margin;
}

/** The same model with its first `trees` trees only. */
export function firstTrees(model: BoostedModel, trees: number): BoostedModel {
  const treeStart = model.treeStart.slice(0, trees + 1);
  const nodes = treeStart[treeStart.length - 1]!;
  return {
    ...model,
    treeStart,
    feature: model.feature.slice(0, nodes),
    threshold: model.threshold.slice(0, nodes),
    left: model.left.slice(0, nodes),
    right: model.right.slice(0, nodes),
    missingLeft: model.missingLeft.slice(0, nodes),
    value: model.value.slice(0, nodes),
    gain: model.gain.slice(0, nodes),
    cover: model.cover.slice(0, nodes),
  };
}
