const { fround } = Math;

/** Gradient and hessian sums of a node's rows, float64. */
export interface NodeSums {
  readonly gradient: number;
  readonly hessian: number;
}

/** The best split found so far for one node; `gain` 0 and `feature` -1 before any. */
export interface BestSplit {
  gain: number;
  feature: number;
  threshold: number;
  missingLeft: boolean;
}

/** What a scan needs to know besides the rows. */
export interface SplitRules {
  readonly lambda: number;
  readonly minChildWeight: number;
}

/** A column's rows of one node: `order[begin..end)` are row numbers, ascending by `values[row]`, missing ones left out. */
export interface SortedRows {
  readonly feature: number;
  readonly values: Float32Array;
  readonly order: Int32Array;
  readonly begin: number;
  readonly end: number;
}

/** Loss reduction that a node's rows give as one leaf: G^2 / (H + lambda), in float32 as XGBoost has it. */
export function leafGain(gradient: number, hessian: number, lambda: number): number {
  return hessian <= 0 ? 0 : fround(fround(gradient * gradient) / fround(hessian + lambda));
}

/**
 * Tries every cut between distinct values of one column and keeps the best in `best`. The hessian of every row is 1.
 * `step` -1 walks from the largest value down and sends missing rows left; +1 walks up and sends them right; of two cuts with
 * the same gain the first met stays. The cut at the far end (all known values against the missing ones) is the last one tried.
 */
export function scanColumn(
  rows: SortedRows,
  step: 1 | -1,
  gradients: Float32Array,
  node: NodeSums,
  rules: SplitRules,
  best: BestSplit,
): void {
  const { order, values, begin, end } = rows;
  const { lambda, minChildWeight } = rules;
  const nodeGain = leafGain(node.gradient, node.hessian, lambda);
  let gradient = 0;
  let hessian = 0;
  let last = 0;
  let gain = best.gain;
  let threshold = NaN;
  const first = step === 1 ? begin : end - 1;
  for (let i = first, left = end - begin; left > 0; i += step, left--) {
    const row = order[i]!;
    const value = values[row]!;
    if (value !== last && hessian > 0 && hessian >= minChildWeight) {
      const restHessian = node.hessian - hessian;
      if (restHessian >= minChildWeight) {
        const restGradient = node.gradient - gradient;
        const walked = fround(fround(gradient * gradient) / fround(hessian + lambda));
        const rest = restHessian > 0 ? fround(fround(restGradient * restGradient) / fround(restHessian + lambda)) : 0;
        const change = fround(fround(walked + rest) - nodeGain);
        if (change > gain && change !== Infinity) {
          gain = change;
          threshold = cutBetween(last, value);
        }
      }
    }
    gradient += gradients[row]!;
    hessian += 1;
    last = value;
  }
  const restHessian = node.hessian - hessian;
  if (hessian >= minChildWeight && restHessian >= minChildWeight && hessian > 0) {
    const change = fround(
      fround(leafGain(gradient, hessian, lambda) + leafGain(node.gradient - gradient, restHessian, lambda)) - nodeGain,
    );
    if (change > gain && change !== Infinity) {
      gain = change;
      threshold = fround(last + step * fround(Math.abs(last) + fround(1e-6)));
    }
  }
  if (gain > best.gain) {
    best.gain = gain;
    best.feature = rows.feature;
    best.threshold = threshold;
    best.missingLeft = step === -1;
  }
}

/** The float32 midpoint of two neighbours, or the one already passed where the midpoint rounds onto the next. */
function cutBetween(last: number, value: number): number {
  const middle = fround(fround(value + last) * 0.5);
  return middle === value ? last : middle;
}
