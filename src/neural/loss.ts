import type { Tensor2D, Scalar } from '@tensorflow/tfjs';
import type { TensorFlow } from './backend.js';
import type { Examples } from './examples.js';
import { forward, type Network } from './network.js';

/**
 * What a network is trained for. `squared`: one output per target, its mean. `quantile`: one output per target and level,
 * targets outer, its quantiles (pinball loss).
 */
export type Loss = { readonly kind: 'squared' } | { readonly kind: 'quantile'; readonly levels: readonly number[] };

/** Outputs that a network needs for `targets` targets. */
export function outputCount(loss: Loss, targets: number): number {
  return loss.kind === 'squared' ? targets : targets * loss.levels.length;
}

/** Mean loss over the known targets of a batch, as a tensor. */
export function batchLoss(tf: TensorFlow, loss: Loss, outputs: Tensor2D, y: Tensor2D, known: Tensor2D): Scalar {
  const count = tf.maximum(known.sum(), 1);
  if (loss.kind === 'squared') return outputs.sub(y).square().mul(known).sum().div(count);
  const levels = tf.tensor1d([...loss.levels]);
  const shape: [number, number, number] = [y.shape[0], y.shape[1], loss.levels.length];
  const above = tf.sub(y.expandDims(2), outputs.reshape(shape));
  const pinball = tf.maximum(above.mul(levels), above.mul(levels.sub(1)));
  return pinball.mul(known.expandDims(2)).sum().div(count.mul(loss.levels.length));
}

/** The same mean loss of some rows, in plain numbers; NaN when no target is known. */
export function plainLoss(loss: Loss, net: Network, examples: Examples, from: number, to: number): number {
  const { inputs, targets, x, y } = examples;
  const levels = loss.kind === 'quantile' ? loss.levels : [NaN];
  let sum = 0;
  let count = 0;
  for (let row = from; row < to; row++) {
    const outputs = forward(net, x.subarray(row * inputs, (row + 1) * inputs));
    for (let output = 0; output < outputs.length; output++) {
      const above = y[row * targets + Math.floor(output / levels.length)]! - outputs[output]!;
      if (Number.isNaN(above)) continue;
      const level = levels[output % levels.length]!;
      sum += loss.kind === 'squared' ? above * above : Math.max(level * above, (level - 1) * above);
      count++;
    }
  }
  return sum / count;
}
