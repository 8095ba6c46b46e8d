import assert from 'node:assert/strict';
import { seededRandom } from '../../src/base/index.js';
import {
  forward,
  lstmArchitecture,
  openBackend,
  tcnArchitecture,
  trainNetwork,
  type Architecture,
  type Examples,
} from '../../src/neural/index.js';

const STEPS = 8;
const FEATURES = 2;

/** The target is what the first feature was `ago` steps before the last; the second feature is noise. */
function remembered(rows: number, ago: number): Examples {
  const random = seededRandom(5, 'remembered');
  const x = Float32Array.from({ length: rows * STEPS * FEATURES }, () => 2 * random() - 1);
  const y = Float32Array.from({ length: rows }, (_, row) => x[(row * STEPS + STEPS - 1 - ago) * FEATURES]!);
  return { rows, inputs: STEPS * FEATURES, targets: 1, x, y };
}

const ARCHITECTURES: [string, Architecture][] = [
  ['an LSTM', lstmArchitecture(STEPS, 8)],
  ['a TCN', tcnArchitecture(STEPS, 8, 2)],
];

for (const [name, architecture] of ARCHITECTURES)
  describe(name, () => {
    const examples = remembered(400, 3);
    const training = {
      ...{ architecture, epochs: 40, batchRows: 40, learningRate: 0.02, validationRows: 0, seed: 2 },
      loss: { kind: 'squared' } as const,
    };

    it('learns what came three steps before', async () => {
      const net = await trainNetwork(examples, training);
      const fresh = remembered(500, 3);
      let squares = 0;
      let spread = 0;
      for (let row = 400; row < 500; row++) {
        const answer = forward(net, fresh.x.subarray(row * fresh.inputs, (row + 1) * fresh.inputs))[0]!;
        squares += (answer - fresh.y[row]!) ** 2;
        spread += fresh.y[row]! ** 2;
      }
      assert.ok(squares < 0.2 * spread, `${squares} of ${spread} left`);
    });

    it('computes in plain numbers what TensorFlow.js computes', async () => {
      const { tf } = await openBackend();
      const random = seededRandom(8, 'weights');
      const layers = architecture.start(examples.inputs, 2, random).map((layer) => ({
        ...layer,
        weights: layer.weights.map(() => random() - 0.5),
        biases: layer.biases.map(() => random() - 0.5),
      }));
      const output = tf.tidy(() =>
        architecture
          .run(
            tf,
            layers.map(({ inputs, outputs, weights, biases }) => ({
              weights: tf.tensor2d(weights, [inputs, outputs]),
              biases: tf.tensor1d(biases),
            })),
            tf.tensor2d(examples.x.subarray(0, examples.inputs), [1, examples.inputs]),
          )
          .dataSync(),
      );
      const plain = forward(architecture.net(layers), examples.x.subarray(0, examples.inputs));
      plain.forEach((value, i) => assert.ok(Math.abs(value - output[i]!) < 1e-5, `${value} and ${output[i]}`));
    });

    it('leaks no tensor, has a head for each quantile, and is the same for the same seed', async () => {
      const { tf } = await openBackend();
      const before = tf.memory().numTensors;
      const short = { ...training, epochs: 1, loss: { kind: 'quantile', levels: [0.5, 0.9] } as const };
      const first = await trainNetwork(examples, short);
      assert.deepEqual(await trainNetwork(examples, short), first);
      assert.equal(tf.memory().numTensors, before);
      assert.equal(forward(first, examples.x.subarray(0, examples.inputs)).length, 2);
    });
  });
