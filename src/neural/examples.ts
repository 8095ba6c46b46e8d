/**
 * What a network learns from, plain arrays. A target that is not known is NaN and teaches nothing; inputs are always known
 * and should be near mean 0 and deviation 1.
 */
export interface Examples {
  readonly rows: number;
  readonly inputs: number;
  readonly targets: number;
  /** [rows x inputs], row-major. */
  readonly x: Float32Array;
  /** [rows x targets], row-major. */
  readonly y: Float32Array;
}

/**
 * The examples of some rows, in the order of `order`, with 0 for unknown targets and a mask that is 0 there.
 *
 * @param order row numbers
 */
export function batchOf(
  examples: Examples,
  order: Int32Array,
): { x: Float32Array; y: Float32Array; known: Float32Array } {
  const { inputs, targets } = examples;
  const x = new Float32Array(order.length * inputs);
  const y = new Float32Array(order.length * targets);
  const known = new Float32Array(y.length);
  order.forEach((row, i) => {
    x.set(examples.x.subarray(row * inputs, (row + 1) * inputs), i * inputs);
    for (let target = 0; target < targets; target++) {
      const value = examples.y[row * targets + target]!;
      if (Number.isNaN(value)) continue;
      y[i * targets + target] = value;
      known[i * targets + target] = 1;
    }
  });
  return { x, y, known };
}
