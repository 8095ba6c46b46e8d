import { normal } from '../base/index.js';
import { applyLayer, startLayer, type Architecture } from './architecture.js';
import { affine, type Affine } from './matrix.js';

/** A network of fully connected layers, ReLU between them and nothing after the last; plain data. */
export interface DenseNet {
  readonly kind: 'dense';
  readonly layers: readonly Affine[];
}

/** Fully connected layers of these widths. */
export function denseArchitecture(hidden: readonly number[]): Architecture {
  return {
    name: 'dense',
    start(inputs, outputs, random) {
      const widths = [inputs, ...hidden, outputs];
      return widths.slice(1).map((width, index) => {
        const before = widths[index]!;
        return startLayer(before, width, index === hidden.length ? 0 : Math.sqrt(2 / before), () => normal(random));
      });
    },
    run: (_tf, layers, x) =>
      layers.reduce((activations, layer, index) => {
        const sums = applyLayer(activations, layer);
        return index === layers.length - 1 ? sums : sums.relu();
      }, x),
    net: (layers) => ({ kind: 'dense', layers }),
  };
}

/** The network's outputs for one row of inputs. */
export function denseForward({ layers }: DenseNet, inputs: ArrayLike<number>): Float64Array {
  let activations: Float64Array = Float64Array.from(inputs);
  layers.forEach((layer, index) => {
    const sums = affine(layer, activations);
    activations = index === layers.length - 1 ? sums : sums.map((value) => Math.max(0, value));
  });
  return activations;
}
