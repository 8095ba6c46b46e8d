/**
 * The features asked for on the way from a root to a node, each once, as TreeSHAP keeps them (Lundberg et al. 2018, "Consistent
 * individualized feature attribution for tree ensembles", algorithm 2). Entry 0 stands for no feature.
 */
export interface ShapleyPath {
  length: number;
  readonly feature: Int32Array;
  /** Share of the training rows (by hessian) that go on along the path when the feature is not known. */
  readonly unknownShare: Float64Array;
  /** 1 where the row itself goes on along the path, else 0. */
  readonly knownShare: Float64Array;
  /** Entry i: sum, over the sets of i features, of the share that goes on, each weighted as Shapley weighs sets of that size. */
  readonly weight: Float64Array;
}

/** An empty path with room for `size` entries. */
export function emptyPath(size: number): ShapleyPath {
  return {
    length: 0,
    feature: new Int32Array(size),
    unknownShare: new Float64Array(size),
    knownShare: new Float64Array(size),
    weight: new Float64Array(size),
  };
}

/** Makes `into` the same as `path`. */
export function copyPath(path: ShapleyPath, into: ShapleyPath): void {
  into.length = path.length;
  for (let i = 0; i < path.length; i++) {
    into.feature[i] = path.feature[i]!;
    into.unknownShare[i] = path.unknownShare[i]!;
    into.knownShare[i] = path.knownShare[i]!;
    into.weight[i] = path.weight[i]!;
  }
}

/** Appends a feature to the path. */
export function extendPath(path: ShapleyPath, feature: number, unknownShare: number, knownShare: number): void {
  const { weight } = path;
  const last = path.length++;
  path.feature[last] = feature;
  path.unknownShare[last] = unknownShare;
  path.knownShare[last] = knownShare;
  weight[last] = last === 0 ? 1 : 0;
  for (let i = last - 1; i >= 0; i--) {
    weight[i + 1]! += (knownShare * weight[i]! * (i + 1)) / (last + 1);
    weight[i] = (unknownShare * weight[i]! * (last - i)) / (last + 1);
  }
}

/** Takes entry `at` out again, as if it had never been appended. */
export function unwindPath(path: ShapleyPath, at: number): void {
  const { weight, feature, unknownShare, knownShare } = path;
  const last = path.length - 1;
  const known = knownShare[at]!;
  const unknown = unknownShare[at]!;
  let next = weight[last]!;
  for (let i = last - 1; i >= 0; i--) {
    if (known !== 0) {
      const held = weight[i]!;
      weight[i] = (next * (last + 1)) / ((i + 1) * known);
      next = held - (weight[i]! * unknown * (last - i)) / (last + 1);
    } else weight[i] = (weight[i]! * (last + 1)) / (unknown * (last - i));
  }
  for (let i = at; i < last; i++) {
    feature[i] = feature[i + 1]!;
    unknownShare[i] = unknownShare[i + 1]!;
    knownShare[i] = knownShare[i + 1]!;
  }
  path.length = last;
}

/** The sum of weights that would be left with entry `at` taken out. */
export function unwoundSum(path: ShapleyPath, at: number): number {
  const { weight } = path;
  const last = path.length - 1;
  const known = path.knownShare[at]!;
  const unknown = path.unknownShare[at]!;
  let next = weight[last]!;
  let sum = 0;
  for (let i = last - 1; i >= 0; i--) {
    if (known !== 0) {
      const own = (next * (last + 1)) / ((i + 1) * known);
      sum += own;
      next = weight[i]! - (own * unknown * (last - i)) / (last + 1);
    } else sum += (weight[i]! * (last + 1)) / (unknown * (last - i));
  }
  return sum;
}
