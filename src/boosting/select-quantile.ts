/**
 * The quantile of values at `level`, interpolated between the order statistics at level * (n + 1), as XGBoost does; the smallest or largest
 * where that is outside. Values may be moved around. With weights: the smallest value that has a share `level` of all weight up to it.
 *
 * @param values not empty
 */
export function quantileOf(values: Float32Array, weights: Float32Array | null, level: number): number {
  if (weights !== null) return weightedQuantile(values, weights, level);
  const last = values.length - 1;
  const position = Math.min(last, Math.max(0, level * (values.length + 1) - 1));
  const below = Math.floor(position);
  const lower = selectInPlace(values, below);
  if (position === below) return lower;
  let upper = Infinity;
  for (let i = below + 1; i <= last; i++) if (values[i]! < upper) upper = values[i]!;
  return lower + (position - below) * (upper - lower);
}

/** The value of rank `rank` (0: smallest); after it no larger value stands before and no smaller one behind (Hoare's quickselect). */
function selectInPlace(values: Float32Array, rank: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const pivot = middleOfThree(values[low]!, values[(low + high) >>> 1]!, values[high]!);
    let i = low;
    let j = high;
    while (i <= j) {
      while (values[i]! < pivot) i++;
      while (values[j]! > pivot) j--;
      if (i <= j) {
        const held = values[i]!;
        values[i++] = values[j]!;
        values[j--] = held;
      }
    }
    if (rank <= j) high = j;
    else if (rank >= i) low = i;
    else break;
  }
  return values[rank]!;
}

function middleOfThree(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}

function weightedQuantile(values: Float32Array, weights: Float32Array, level: number): number {
  const order = Int32Array.from(values, (_, i) => i).sort((a, b) => values[a]! - values[b]! || a - b);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let below = 0;
  for (const i of order) {
    below += weights[i]!;
    if (below >= level * total) return values[i]!;
  }
  return values[order[order.length - 1]!]!;
}
