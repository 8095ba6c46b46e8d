/**
 * Non-negative least squares for a handful of features: the exact minimum of sum (row . x - target)^2 with x >= 0, by trying
 * every set of features that may be above 0 (at most 2^8 small systems).
 *
 * @param rows one row of feature values per equation
 * @param targets as long as `rows`
 * @returns one coefficient per feature, each at least 0
 * @throws RangeError with no rows or more than 8 features
 */
export function nonNegativeLeastSquares(rows: readonly (readonly number[])[], targets: readonly number[]): number[] {
  const features = rows[0]?.length ?? 0;
  if (features < 1 || features > 8) throw new RangeError(`Cannot fit: 1 to 8 features are needed, got ${features}`);
  const { gram, moment } = normalEquations(rows, targets, features);
  let best = new Array<number>(features).fill(0);
  let bestLoss = 0; // of x = 0, up to the constant sum of squared targets
  for (let set = 1; set < 1 << features; set++) {
    const chosen = [...Array(features).keys()].filter((feature) => (set >> feature) & 1);
    const solved = solveSymmetric(
      chosen.map((i) => chosen.map((j) => gram[i]![j]!)),
      chosen.map((i) => moment[i]!),
    );
    if (!solved?.every((value) => value >= 0)) continue;
    const loss = -chosen.reduce((sum, i, at) => sum + moment[i]! * solved[at]!, 0);
    if (loss >= bestLoss) continue;
    bestLoss = loss;
    best = new Array<number>(features).fill(0);
    chosen.forEach((i, at) => (best[i] = solved[at]!));
  }
  return best;
}

/** Gram matrix and moments, each feature scaled to length 1 by the caller's choice of units being undone in `solveSymmetric`. */
function normalEquations(
  rows: readonly (readonly number[])[],
  targets: readonly number[],
  features: number,
): { gram: number[][]; moment: number[] } {
  const gram = Array.from({ length: features }, () => new Array<number>(features).fill(0));
  const moment = new Array<number>(features).fill(0);
  rows.forEach((row, at) => {
    for (let i = 0; i < features; i++) {
      moment[i]! += row[i]! * targets[at]!;
      for (let j = 0; j < features; j++) gram[i]![j]! += row[i]! * row[j]!;
    }
  });
  return { gram, moment };
}

/** Solves a symmetric positive definite system, scaled to a unit diagonal; null when it is (nearly) singular. */
export function solveSymmetric(matrix: number[][], right: readonly number[]): number[] | null {
  const size = right.length;
  const scale = matrix.map((row, i) => 1 / Math.sqrt(row[i]!));
  const a = matrix.map((row, i) => row.map((value, j) => value * scale[i]! * scale[j]!));
  const b = right.map((value, i) => value * scale[i]!);
  for (let column = 0; column < size; column++) {
    if (!(a[column]![column]! > 1e-10)) return null;
    for (let row = column + 1; row < size; row++) {
      const factor = a[row]![column]! / a[column]![column]!;
      for (let k = column; k < size; k++) a[row]![k]! -= factor * a[column]![k]!;
      b[row]! -= factor * b[column]!;
    }
  }
  for (let row = size - 1; row >= 0; row--) {
    for (let k = row + 1; k < size; k++) b[row]! -= a[row]![k]! * b[k]!;
    b[row]! /= a[row]![row]!;
  }
  return b.map((value, i) => value * scale[i]!);
}
