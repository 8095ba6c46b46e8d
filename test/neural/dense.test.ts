import assert from 'node:assert/strict';
import { seededRandom } from '../../src/base/index.js';
import {
  denseArchitecture,
  forward,
  openBackend,
  trainNetwork,
  type DenseNet,
  type Examples,
  type NetworkTraining,
} from '../../src/neural/index.js';

const TRAINING: NetworkTraining = {
  architecture: denseArchitecture([16]),
  loss: { kind: 'squared' },
  epochs: 30,
  batchRows: 64,
  learningRate: 0.01,
  validationRows: 0,
  seed: 3,
};

/** y = |a| - b / 2 plus uniform noise in +-0.1; every fifth target is missing. */
function planted(rows: number): Examples {
  const random = seededRandom(11, 'planted');
  const x = Float32Array.from({ length: rows * 2 }, () => 4 * random() - 2);
  const y = Float32Array.from({ length: rows }, (_, row) =>
    row % 5 === 4 ? NaN : Math.abs(x[2 * row]!) - x[2 * row + 1]! / 2 + 0.2 * random() - 0.1,
  );
  return { rows, inputs: 2, targets: 1, x, y };
}

describe('a dense network', () => {
  const examples = planted(500);

  it('learns a planted function, missing targets left out', async () => {
    const net = await trainNetwork(examples, TRAINING);
    for (const [a, b] of [
      [1, 1],
      [-1.5, 0],
      [0.5, -1],
    ] as const)
      assert.ok(Math.abs(forward(net, [a, b])[0]! - (Math.abs(a) - b / 2)) < 0.15, `at ${a}, ${b}`);
  });

  it('is the same for the same seed, and another for another', async () => {
    const short = { ...TRAINING, epochs: 3 };
    assert.deepEqual(await trainNetwork(examples, short), await trainNetwork(examples, short));
    assert.notDeepEqual(await trainNetwork(examples, short), await trainNetwork(examples, { ...short, seed: 4 }));
  });

  it('leaks no tensor', async () => {
    const { tf } = await openBackend();
    const before = tf.memory().numTensors;
    await trainNetwork(examples, { ...TRAINING, epochs: 2, loss: { kind: 'quantile', levels: [0.5, 0.9] } });
    assert.equal(tf.memory().numTensors, before);
  });

  it('learns quantiles, which its targets stay below as often as they say', async () => {
    const levels = [0.1, 0.5, 0.9];
    const net = await trainNetwork(examples, { ...TRAINING, epochs: 60, loss: { kind: 'quantile', levels } });
    levels.forEach((level, output) => {
      let below = 0;
      for (let row = 0; row < 500; row++)
        if (examples.y[row]! <= forward(net, examples.x.subarray(2 * row, 2 * row + 2))[output]!) below++;
      assert.ok(Math.abs(below / 400 - level) < 0.12, `${level}: ${below / 400}`);
    });
  });

  it('computes in plain numbers what TensorFlow.js computes', async () => {
    const net = await trainNetwork(examples, { ...TRAINING, epochs: 2 });
    const { tf } = await openBackend();
    const [first, last] = (net as DenseNet).layers;
    const output = tf.tidy(() =>
      tf
        .tensor2d([[0.3, -1.2]])
        .matMul(tf.tensor2d(first!.weights, [2, 16]))
        .add(tf.tensor1d(first!.biases))
        .relu()
        .matMul(tf.tensor2d(last!.weights, [16, 1]))
        .add(tf.tensor1d(last!.biases))
        .dataSync(),
    );
    assert.ok(Math.abs(forward(net, [0.3, -1.2])[0]! - output[0]!) < 1e-5);
  });

  it('answers 0 when no epoch helps on the validation rows', async () => {
    const y = examples.y.map((value, row) => (row < 400 ? value : 0));
    const net = await trainNetwork({ ...examples, y }, { ...TRAINING, epochs: 2, validationRows: 100 });
    assert.equal(forward(net, [1, 1])[0], 0);
  });

  it('refuses to learn from nothing', async () => {
    await assert.rejects(trainNetwork(examples, { ...TRAINING, validationRows: 500 }), RangeError);
  });
});

describe('the backend', () => {
  it('is the first that works, and says why those before it do not', async () => {
    const { tf, name, attempts } = await openBackend();
    assert.equal(attempts.at(-1)!.name, name);
    attempts.forEach((attempt, i) => assert.equal(attempt.ok, i === attempts.length - 1));
    assert.ok(attempts.every(({ reason }) => reason.length > 0 && !reason.includes('\n')));
    assert.ok(['tensorflow', 'wasm', 'cpu'].includes(tf.getBackend()));
  });
});
