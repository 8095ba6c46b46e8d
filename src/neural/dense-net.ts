/** One fully connected layer; plain data. */
export interface DenseLayer {
  readonly inputs: number;
  readonly outputs: number;
  /** [inputs x outputs], row-major. */
  readonly weights: Float32Array;
  readonly biases: Float32Array;
}

/** A network of fully connected layers, ReLU between them and nothing after the last; plain data, runs without TensorFlow.js. */
export interface DenseNet {
  readonly layers: readonly DenseLayer[];
}

/** The network's outputs for one row of inputs. */
export function forward(net: DenseNet, inputs: ArrayLike<number>): Float64Array {
  let activations = Float64Array.from(inputs);
  net.layers.forEach((layer, index) => {
    const outputs = Float64Array.from(layer.biases);
    for (let i = 0; i < layer.inputs; i++) {
      const activation = activations[i]!;
      if (activation === 0) continue;
      const offset = i * layer.outputs;
      for (let j = 0; j < layer.outputs; j++) outputs[j]! += activation * layer.weights[offset + j]!;
    }
    const isLast = index === net.layers.length - 1;
    activations = isLast ? outputs : outputs.map((value) => Math.max(0, value));
  });
  return activations;
}
