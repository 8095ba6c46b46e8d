import type { Tensor2D, Variable } from '@tensorflow/tfjs';
import { normal, seededRandom, type Random } from '../base/index.js';
import { openBackend, type TensorFlow } from './backend.js';
import type { DenseLayer, DenseNet } from './dense-net.js';
import { batchOf, type Examples } from './examples.js';
import { batchLoss, outputCount, plainLoss, type Loss } from './loss.js';

/** How a network is trained. */
export interface DenseTraining {
  /** Width of each hidden layer. */
  readonly hidden: readonly number[];
  readonly loss: Loss;
  readonly epochs: number;
  readonly batchRows: number;
  readonly learningRate: number;
  /** The last rows, by number, that only choose the best epoch; 0: the last epoch is kept. */
  readonly validationRows: number;
  readonly seed: number;
}

/**
 * Trains a dense network with Adam. The same seed gives the same network on the same backend: weights and the order of rows
 * come from it. The last layer starts at 0, so that an untrained network answers 0. Every tensor is disposed of.
 *
 * @throws RangeError when there are no rows left to learn from
 */
export async function trainDense(examples: Examples, training: DenseTraining): Promise<DenseNet> {
  const rows = examples.rows - training.validationRows;
  if (!(rows >= 1)) throw new RangeError(`Cannot train: needs at least one row to learn from, got ${rows}`);
  const { tf } = await openBackend();
  const layers = startLayers(examples, training);
  const variables = tf.tidy(() =>
    layers.flatMap(({ inputs, outputs, weights, biases }) => [
      tf.variable(tf.tensor2d(weights, [inputs, outputs])),
      tf.variable(tf.tensor1d(biases)),
    ]),
  );
  const optimizer = tf.train.adam(training.learningRate);
  try {
    const random = seededRandom(training.seed, 'dense/order');
    const order = Int32Array.from({ length: rows }, (_, row) => row);
    let best = { net: readNet(layers, variables), loss: Infinity };
    for (let epoch = 0; epoch <= training.epochs; epoch++) {
      if (epoch > 0) runEpoch(tf, optimizer, variables, examples, training, shuffle(order, random));
      const net = readNet(layers, variables);
      const loss =
        training.validationRows === 0 ? -epoch : plainLoss(training.loss, net, examples, rows, examples.rows);
      if (loss < best.loss) best = { net, loss };
      await new Promise((resolve) => setImmediate(resolve)); // lets the event loop breathe
    }
    return best.net;
  } finally {
    optimizer.dispose();
    tf.dispose(variables);
  }
}

function startLayers(examples: Examples, { hidden, loss, seed }: DenseTraining): DenseLayer[] {
  const random = seededRandom(seed, 'dense/weights');
  const widths = [examples.inputs, ...hidden, outputCount(loss, examples.targets)];
  return widths.slice(1).map((outputs, index) => {
    const inputs = widths[index]!;
    const spread = index === hidden.length ? 0 : Math.sqrt(2 / inputs);
    const weights = Float32Array.from({ length: inputs * outputs }, () => spread * normal(random));
    return { inputs, outputs, weights, biases: new Float32Array(outputs) };
  });
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
  { batchRows, loss }: DenseTraining,
  order: Int32Array,
): void {
  for (let from = 0; from < order.length; from += batchRows) {
    const rows = order.subarray(from, from + batchRows);
    const batch = batchOf(examples, rows);
    tf.tidy(() => {
      const x = tf.tensor2d(batch.x, [rows.length, examples.inputs]);
      const y = tf.tensor2d(batch.y, [rows.length, examples.targets]);
      const known = tf.tensor2d(batch.known, [rows.length, examples.targets]);
      optimizer.minimize(() => batchLoss(tf, loss, runLayers(variables, x), y, known), false, variables);
    });
  }
}

function runLayers(variables: readonly Variable[], x: Tensor2D): Tensor2D {
  let activations = x;
  for (let i = 0; i < variables.length; i += 2) {
    const sums = activations.matMul<Tensor2D>(variables[i] as unknown as Tensor2D).add<Tensor2D>(variables[i + 1]!);
    activations = i + 2 < variables.length ? sums.relu() : sums;
  }
  return activations;
}

/** A copy of the weights as they are now. */
function readNet(layers: readonly DenseLayer[], variables: readonly Variable[]): DenseNet {
  return {
    layers: layers.map(({ inputs, outputs }, i) => ({
      inputs,
      outputs,
      weights: Float32Array.from(variables[2 * i]!.dataSync()),
      biases: Float32Array.from(variables[2 * i + 1]!.dataSync()),
    })),
  };
}
