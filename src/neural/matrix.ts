/** A matrix and a row of biases, as trained. */
export interface Affine {
  readonly inputs: number;
  readonly outputs: number;
  /** [inputs x outputs], row-major. */
  readonly weights: Float32Array;
  readonly biases: Float32Array;
}

/** inputs x weights + biases, for the inputs from `offset` on. */
export function affine(layer: Affine, inputs: ArrayLike<number>, offset = 0): Float64Array {
  const sums = Float64Array.from(layer.biases);
  for (let i = 0; i < layer.inputs; i++) {
    const input = inputs[offset + i]!;
    if (input === 0) continue;
    const row = i * layer.outputs;
    for (let j = 0; j < layer.outputs; j++) sums[j]! += input * layer.weights[row + j]!;
  }
  return sums;
}
