import type { Tensor2D, Variable } from '@tensorflow/tfjs';
import { seededRandom, type Random } from '../base/index.js';
import { layersOf, type Architecture } from './architecture.js';
import { openBackend, type TensorFlow } from './backend.js';
import { batchOf, type Examples } from './examples.js';
import { batchLoss, outputCount, plainLoss, type Loss } from './loss.js';
import type { Affine } from './matrix.js';
import type { Network } from './network.js';

/** How a network is trained. */
export interface NetworkTraining {
  readonly architecture: Architecture;
  readonly loss: Loss;
  readonly epochs: number;
  readonly batchRows: number;
  readonly learningRate: number;
  /** The last rows, by number, that only choose the best epoch; 0: the last epoch is kept. */
  readonly validationRows: number;
  readonly seed: number;
}

/**
 * Trains a network with Adam. The same seed gives the same network on the same backend: weights and the order of rows come
 * from it. Every tensor is disposed of.
 *
 * @throws RangeError when there are no rows left to learn from
 */
export async function trainNetwork(examples: Examples, training: NetworkTraining): Promise<Network> {
  const { architecture, loss, seed, validationRows } = training;
  const rows = examples.rows - validationRows;
  if (!(rows >= 1)) throw new RangeError(`Cannot train: needs at least one row to learn from, got ${rows}`);
  const { tf } = await openBackend();
  const outputs = outputCount(loss, examples.targets);
  const layers = architecture.start(examples.inputs, outputs, seededRandom(seed, `${architecture.name}/weights`));
  const variables = tf.tidy(() => layers.flatMap((layer) => variablesOf(tf, layer)));
  const optimizer = tf.train.adam(training.learningRate);
  try {
    const random = seededRandom(seed, `${architecture.name}/order`);
    const order = Int32Array.from({ length: rows }, (_, row) => row);
    let best = { net: readNet(architecture, layers, variables), loss: Infinity };
    for (let epoch = 0; epoch <= training.epochs; epoch++) {
      if (epoch > 0) runEpoch(tf, optimizer, variables, examples, training, shuffle(order, random));
      const net = readNet(architecture, layers, variables);
      const found = validationRows === 0 ? -epoch : plainLoss(loss, net, examples, rows, examples.rows);
      if (found < best.loss) best = { net, loss: found };
      await new Promise((resolve) => setImmediate(resolve)); // lets the event loop breathe
    }
    return best.net;
  } finally {
    optimizer.dispose();
    tf.dispose(variables);
  }
}

function variablesOf(tf: TensorFlow, { inputs, outputs, weights, biases }: Affine): Variable[] {
  return [tf.variable(tf.tensor2d(weights, [inputs, outputs])), tf.variable(tf.tensor1d(biases))];
}

function shuffle(order: Int32Array, random: Random): Int32Array {
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

function runEpoch(
  tf: TensorFlow,
  optimizer: ReturnType<TensorFlow['train']['adam']>,
  variables: Variable[],
  examples: Examples,
  { architecture, batchRows, loss }: NetworkTraining,
  order: Int32Array,
): void {
  for (let from = 0; from < order.length; from += batchRows) {
    const rows = order.subarray(from, from + batchRows);
    const batch = batchOf(examples, rows);
    tf.tidy(() => {
      const x: Tensor2D = tf.tensor2d(batch.x, [rows.length, examples.inputs]);
      const y: Tensor2D = tf.tensor2d(batch.y, [rows.length, examples.targets]);
      const known: Tensor2D = tf.tensor2d(batch.known, [rows.length, examples.targets]);
      const answer = (): Tensor2D => architecture.run(tf, layersOf(variables), x);
      optimizer.minimize(() => batchLoss(tf, loss, answer(), y, known), false, variables);
    });
  }
}

/** A copy of the weights as they are now. */
function readNet(architecture: Architecture, layers: readonly Affine[], variables: readonly Variable[]): Network {
  return architecture.net(
    layers.map(({ inputs, outputs }, i) => ({
      inputs,
      outputs,
      weights: Float32Array.from(variables[2 * i]!.dataSync()),
      biases: Float32Array.from(variables[2 * i + 1]!.dataSync()),
    })),
  );
}
