/** Numbers in ascending order; the array may be longer than they are. */
export interface SortedNumbers {
  values: Float64Array;
  length: number;
}

/** Puts a number, not NaN, into its place. */
export function insertSorted(sorted: SortedNumbers, value: number): void {
  if (sorted.length === sorted.values.length) {
    const larger = new Float64Array(sorted.length * 2);
    larger.set(sorted.values);
    sorted.values = larger;
  }
  const place = placeOf(sorted, value);
  sorted.values.copyWithin(place + 1, place, sorted.length);
  sorted.values[place] = value;
  sorted.length += 1;
}

/** Takes out one number that is there. */
export function removeSorted(sorted: SortedNumbers, value: number): void {
  const place = placeOf(sorted, value);
  sorted.values.copyWithin(place, place + 1, sorted.length);
  sorted.length -= 1;
}

/** The first place whose number is not below `value`. */
function placeOf({ values, length }: SortedNumbers, value: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
