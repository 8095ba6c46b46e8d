/**
 * Edges of the cells in which lengths are counted: whole numbers of tokens, two cells for each doubling. Cell k holds the
 * lengths from `LENGTH_EDGES[k]` to `LENGTH_EDGES[k + 1] - 1`; the first is 0 alone, longer ones go in the last.
 */
export const LENGTH_EDGES: readonly number[] = [
  0,
  ...new Set(Array.from({ length: 41 }, (_, half) => Math.round(2 ** (half / 2)))),
];

/** Number of cells per side of the joint distribution. */
export const LENGTH_CELLS = LENGTH_EDGES.length - 1;

/** The cell of a length of at least 0. */
export function lengthCell(tokens: number): number {
  let low = 0;
  let high = LENGTH_CELLS - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (LENGTH_EDGES[middle]! <= tokens) low = middle;
    else high = middle - 1;
  }
  return low;
}
