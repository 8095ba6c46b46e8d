/** Columns that the loops below take at once; tables are padded to a multiple of them. */
export const COLUMNS_AT_ONCE = 8;
/** Slots of one column in a histogram of a table with so many bins at most. */
export type Slots = 64 | 256;

/**
 * Adds the packed gradients of rows `order[begin..end)` to their bins.
 *
 * @param words [rows x wordsPerRow] bins, four columns to a word (see BinnedTable); an even number of words a row
 * @param histogram [4 * wordsPerRow x slots] sums
 */
export type HistogramAdder = (
  words: Uint32Array,
  wordsPerRow: number,
  order: Int32Array,
  begin: number,
  end: number,
  packed: Float64Array,
  histogram: Float64Array,
) => void;

/** The adder for so many slots: the same loop twice, because it is a third faster with its distances as constants. */
export function adderFor(slots: Slots): HistogramAdder {
  return slots === 64 ? addTo64 : addTo256;
}

const addTo256: HistogramAdder = (words, wordsPerRow, order, begin, end, packed, histogram) => {
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
};

const addTo64: HistogramAdder = (words, wordsPerRow, order, begin, end, packed, histogram) => {
  const h = histogram;
  for (let i = begin; i < end; i++) {
    const row = order[i]!;
    const sum = packed[row]!;
    let at = 0;
    for (let word = row * wordsPerRow, last = word + wordsPerRow; word < last; word += 2, at += 512) {
      const low = words[word]!;
      const high = words[word + 1]!;
      h[at + (low & 255)]! += sum;
      h[at + 64 + ((low >>> 8) & 255)]! += sum;
      h[at + 128 + ((low >>> 16) & 255)]! += sum;
      h[at + 192 + (low >>> 24)]! += sum;
      h[at + 256 + (high & 255)]! += sum;
      h[at + 320 + ((high >>> 8) & 255)]! += sum;
      h[at + 384 + ((high >>> 16) & 255)]! += sum;
      h[at + 448 + (high >>> 24)]! += sum;
    }
  }
};

/** Turns a parent's histogram into that of the child whose sibling is `sibling`. */
export function subtractHistogram(parent: Float64Array, sibling: Float64Array): void {
  for (let i = 0; i < parent.length; i++) parent[i]! -= sibling[i]!;
}
