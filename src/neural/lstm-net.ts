import type { Tensor2D } from '@tensorflow/tfjs';
import { normal } from '../base/index.js';
import { applyLayer, startLayer, type Architecture } from './architecture.js';
import { affine, type Affine } from './matrix.js';

/**
 * A long short-term memory of one layer over [steps x features], and a head on its last state; plain data.
 *
 * @source Hochreiter and Schmidhuber 1997, with forget gates (Gers 2000)
 */
export interface LstmNet {
  readonly kind: 'lstm';
  readonly steps: number;
  readonly units: number;
  /** [features + units] to 4 x units: input, forget and output gates, candidate. */
  readonly gates: Affine;
  readonly head: Affine;
}

/** An LSTM that reads rows of `steps` steps with so many units. Forget gates start open (bias 1). */
export function lstmArchitecture(steps: number, units: number): Architecture {
  return {
    name: 'lstm',
    start(inputs, outputs, random) {
      const width = inputs / steps + units;
      const gates = startLayer(width, 4 * units, Math.sqrt(1 / width), () => normal(random));
      gates.biases.fill(1, units, 2 * units);
      return [gates, startLayer(units, outputs, 0, () => 0)];
    },
    run(tf, [gates, head], x) {
      const rows = x.shape[0];
      const features = x.shape[1] / steps;
      let hidden: Tensor2D = tf.zeros([rows, units]);
      let cell: Tensor2D = tf.zeros([rows, units]);
      for (let step = 0; step < steps; step++) {
        const seen = x.slice([0, step * features], [rows, features]);
        const sums = applyLayer(tf.concat2d([seen, hidden], 1), gates!);
        const part = (index: number): Tensor2D => sums.slice([0, index * units], [rows, units]);
        cell = part(1)
          .sigmoid()
          .mul(cell)
          .add(part(0).sigmoid().mul(part(3).tanh()));
        hidden = part(2).sigmoid().mul(cell.tanh());
      }
      return applyLayer(hidden, head!);
    },
    net: ([gates, head]) => ({ kind: 'lstm', steps, units, gates: gates!, head: head! }),
  };
}

/** The network's outputs for one row of [steps x features]. */
export function lstmForward({ steps, units, gates, head }: LstmNet, inputs: ArrayLike<number>): Float64Array {
  const features = gates.inputs - units;
  const seen = new Float64Array(gates.inputs); // a step's features, then the hidden state
  const cell = new Float64Array(units);
  for (let step = 0; step < steps; step++) {
    for (let i = 0; i < features; i++) seen[i] = inputs[step * features + i]!;
    const sums = affine(gates, seen);
    for (let unit = 0; unit < units; unit++) {
      const [input, forget, output] = [0, 1, 2].map((gate) => sigmoid(sums[gate * units + unit]!));
      cell[unit] = forget! * cell[unit]! + input! * Math.tanh(sums[3 * units + unit]!);
      seen[features + unit] = output! * Math.tanh(cell[unit]!);
    }
  }
  return affine(head, seen, features);
}

function sigmoid(value: number): number {
  return 1 / (1 + Math.exp(-value));
}
