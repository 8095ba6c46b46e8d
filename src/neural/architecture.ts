import type { Tensor1D, Tensor2D, Variable } from '@tensorflow/tfjs';
import type { Random } from '../base/index.js';
import type { TensorFlow } from './backend.js';
import type { Affine } from './matrix.js';
import type { Network } from './network.js';

/** A shape of network: where it starts, how TensorFlow.js runs it, and what is kept of it. */
export interface Architecture {
  /** Names the stream of random numbers of its start. */
  readonly name: string;
  /** The layers before training; the last one is 0, so that an untrained network answers 0. */
  start(inputs: number, outputs: number, random: Random): Affine[];
  /**
   * Outputs of a batch.
   *
   * @param layers a matrix and its biases for each of `start`
   * @param x [rows x inputs]
   */
  run(tf: TensorFlow, layers: readonly TensorLayer[], x: Tensor2D): Tensor2D;
  /** The network with these weights. */
  net(layers: readonly Affine[]): Network;
}

/** One layer in training. */
export interface TensorLayer {
  readonly weights: Tensor2D;
  readonly biases: Tensor1D;
}

/** inputs x weights + biases. */
export function applyLayer(x: Tensor2D, { weights, biases }: TensorLayer): Tensor2D {
  return x.matMul<Tensor2D>(weights).add<Tensor2D>(biases);
}

/** Variables as layers: matrix and biases in turn. */
export function layersOf(variables: readonly Variable[]): TensorLayer[] {
  return Array.from({ length: variables.length / 2 }, (_, i) => ({
    weights: variables[2 * i] as unknown as Tensor2D,
    biases: variables[2 * i + 1] as unknown as Tensor1D,
  }));
}

/** A layer of normal weights with this deviation and biases of 0. */
export function startLayer(inputs: number, outputs: number, spread: number, normal: () => number): Affine {
  const weights = Float32Array.from({ length: inputs * outputs }, () => (spread === 0 ? 0 : spread * normal()));
  return { inputs, outputs, weights, biases: new Float32Array(outputs) };
}
