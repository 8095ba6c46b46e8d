import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs';
import { normal } from '../base/index.js';
import { applyLayer, startLayer, type Architecture } from './architecture.js';
import type { TensorFlow } from './backend.js';
import { affine, type Affine } from './matrix.js';

/** Steps that one convolution looks at: now, and one and two dilations ago. */
const KERNEL = 3;

/**
 * A temporal convolutional network: causal convolutions over [steps x features] whose dilation doubles from layer to layer, each
 * after the first added to what it was given, and a head on the last step; plain data. The layer is our own: TensorFlow.js
 * has no causal padding, no gradient of a dilated convolution, and on WebAssembly none of any convolution.
 *
 * @source Bai, Kolter and Koltun 2018
 */
export interface TcnNet {
  readonly kind: 'tcn';
  readonly steps: number;
  /** Each from 3 x channels in to channels; layer i has dilation 2^i. */
  readonly convolutions: readonly Affine[];
  readonly head: Affine;
}

/** A TCN that reads rows of `steps` steps through so many layers of so many channels. */
export function tcnArchitecture(steps: number, channels: number, depth: number): Architecture {
  return {
    name: 'tcn',
    start(inputs, outputs, random) {
      const layers = Array.from({ length: depth }, (_, layer) => {
        const width = KERNEL * (layer === 0 ? inputs / steps : channels);
        return startLayer(width, channels, Math.sqrt(2 / width), () => normal(random));
      });
      return [...layers, startLayer(channels, outputs, 0, () => 0)];
    },
    run(tf, layers, x) {
      const rows = x.shape[0];
      let signal = x.reshape<Tensor3D>([rows, steps, x.shape[1] / steps]);
      layers.slice(0, -1).forEach((layer, index) => {
        const seen = causalWindows(tf, signal, steps, 2 ** index);
        const sums = applyLayer(seen, layer).relu().reshape<Tensor3D>([rows, steps, channels]);
        signal = index === 0 ? sums : sums.add(signal);
      });
      const last = signal.slice([0, steps - 1, 0], [rows, 1, channels]).reshape<Tensor2D>([rows, channels]);
      return applyLayer(last, layers.at(-1)!);
    },
    net: (layers) => ({ kind: 'tcn', steps, convolutions: layers.slice(0, -1), head: layers.at(-1)! }),
  };
}

/** For each step what the convolution sees, oldest first, as [rows * steps x 3 * channels]; 0 before the first step. */
function causalWindows(tf: TensorFlow, signal: Tensor3D, steps: number, dilation: number): Tensor2D {
  const [rows, , channels] = signal.shape;
  const shifted = Array.from({ length: KERNEL }, (_, tap) => {
    const back = Math.min(steps, (KERNEL - 1 - tap) * dilation);
    if (back === 0) return signal;
    const padded = tf.pad3d(signal, [
      [0, 0],
      [back, 0],
      [0, 0],
    ]);
    return padded.slice([0, 0, 0], [rows, steps, channels]);
  });
  return tf.concat3d(shifted, 2).reshape([rows * steps, KERNEL * channels]);
}

/** The network's outputs for one row of [steps x features]. */
export function tcnForward({ steps, convolutions, head }: TcnNet, inputs: ArrayLike<number>): Float64Array {
  let signal = Float64Array.from(inputs);
  convolutions.forEach((layer, index) => {
    const channels = layer.inputs / KERNEL;
    const next = new Float64Array(steps * layer.outputs);
    for (let step = 0; step < steps; step++) {
      const sums = affine(layer, windowAt(signal, step, channels, 2 ** index));
      for (let channel = 0; channel < layer.outputs; channel++) {
        const before = index === 0 ? 0 : signal[step * channels + channel]!;
        next[step * layer.outputs + channel] = Math.max(0, sums[channel]!) + before;
      }
    }
    signal = next;
  });
  return affine(head, signal, (steps - 1) * head.inputs);
}

function windowAt(signal: Float64Array, step: number, channels: number, dilation: number): Float64Array {
  const seen = new Float64Array(KERNEL * channels);
  for (let tap = 0; tap < KERNEL; tap++) {
    const from = step - (KERNEL - 1 - tap) * dilation;
    if (from >= 0) seen.set(signal.subarray(from * channels, (from + 1) * channels), tap * channels);
  }
  return seen;
}
