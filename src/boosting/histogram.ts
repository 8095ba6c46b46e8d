/**
 * Adds the packed gradients of rows `order[begin..end)` to their bins.
 *
 * @param words [rows x wordsPerRow] bins, four columns to a word (see BinnedTable)
 * @param histogram [4 * wordsPerRow x width] sums, all 0 at first
 */
export function buildHistogram(
  words: Uint32Array,
  wordsPerRow: number,
  width: number,
  order: Int32Array,
  begin: number,
  end: number,
  packed: Float64Array,
  histogram: Float64Array,
): void {
  for (let i = begin; i < end; i++) {
    const row = order[i]!;
    const sum = packed[row]!;
    let at = 0;
    for (let word = row * wordsPerRow, last = word + wordsPerRow; word < last; word++) {
      const bins = words[word]!;
      const a = at + (bins & 255);
      const b = at + width + ((bins >>> 8) & 255);
      const c = at + 2 * width + ((bins >>> 16) & 255);
      const d = at + 3 * width + (bins >>> 24);
      histogram[a] = histogram[a]! + sum;
      histogram[b] = histogram[b]! + sum;
      histogram[c] = histogram[c]! + sum;
      histogram[d] = histogram[d]! + sum;
      at += 4 * width;
    }
  }
}

/** Turns a parent's histogram into that of the child whose sibling is `sibling`. */
export function subtractHistogram(parent: Float64Array, sibling: Float64Array): void {
  for (let i = 0; i < parent.length; i++) parent[i] = parent[i]! - sibling[i]!;
}
