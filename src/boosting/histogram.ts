/** Slots of one column in a histogram; a constant, because the loop below is a third faster with it. */
export const SLOTS = 256;
/** Columns that the loop below takes at once; tables are padded to a multiple of them. */
export const COLUMNS_AT_ONCE = 8;

/**
 * Adds the packed gradients of rows `order[begin..end)` to their bins.
 *
 * @param words [rows x wordsPerRow] bins, four columns to a word (see BinnedTable); an even number of words a row
 * @param histogram [4 * wordsPerRow x SLOTS] sums
 */
export function addToHistogram(
  words: Uint32Array,
  wordsPerRow: number,
  order: Int32Array,
  begin: number,
  end: number,
  packed: Float64Array,
  histogram: Float64Array,
): void {
  const h = histogram;
  for (let i = begin; i < end; i++) {
    const row = order[i]!;
    const sum = packed[row]!;
    let at = 0;
    for (let word = row * wordsPerRow, last = word + wordsPerRow; word < last; word += 2, at += 2048) {
      const low = words[word]!;
      const high = words[word + 1]!;
      h[at + (low & 255)]! += sum;
      h[at + 256 + ((low >>> 8) & 255)]! += sum;
      h[at + 512 + ((low >>> 16) & 255)]! += sum;
      h[at + 768 + (low >>> 24)]! += sum;
      h[at + 1024 + (high & 255)]! += sum;
      h[at + 1280 + ((high >>> 8) & 255)]! += sum;
      h[at + 1536 + ((high >>> 16) & 255)]! += sum;
      h[at + 1792 + (high >>> 24)]! += sum;
    }
  }
}

/** Sets the first `bins[c]` slots of each column to 0. */
export function clearHistogram(histogram: Float64Array, bins: Int32Array): void {
  for (let column = 0, at = 0; column < bins.length; column++, at += SLOTS) histogram.fill(0, at, at + bins[column]!);
}

/** Turns a parent's histogram into that of the child whose sibling is `sibling`, in the first `bins[c]` slots of each column. */
export function subtractHistogram(parent: Float64Array, sibling: Float64Array, bins: Int32Array): void {
  for (let column = 0; column < bins.length; column++) {
    const begin = column * SLOTS;
    for (let i = begin, end = begin + bins[column]!; i < end; i++) parent[i]! -= sibling[i]!;
  }
}
