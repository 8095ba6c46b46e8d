import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { chooseBackend, openBackend } from '../../src/neural/index.js';
import { tempFiles } from '../helpers/temp-file.js';

/** A module that registers plain JavaScript under the native engine's name, as the native addon would register itself. */
function standIn(registered: string, devices: string): string {
  const tfjs = pathToFileURL(createRequire(import.meta.url).resolve('@tensorflow/tfjs')).href;
  return `import tf from '${tfjs}';
    tf.registerBackend('${registered}', () => {
      const backend = tf.findBackendFactory('cpu')();
      backend.binding = { getDeviceList: () => ${devices} };
      return backend;
    });
    tf.copyRegisteredKernels('cpu', '${registered}');`;
}

describe('the native engine', () => {
  const write = tempFiles();

  afterEach(async () => {
    const { tf, name } = await openBackend();
    await tf.setBackend(name === 'wasm' || name === 'cpu' ? name : 'tensorflow');
  });

  it('is taken when its module registers it, with the devices that it names', async () => {
    const devices = "[{ name: '/device:CPU:0' }, { name: '/job:localhost/replica:0/task:0/device:GPU:0' }]";
    const module = pathToFileURL(write('stand-in.mjs', standIn('stand-in', devices))).href;
    const backend = await chooseBackend([{ name: 'tfjs-node-gpu', module, registered: 'stand-in' }]);
    assert.equal(backend.name, 'tfjs-node-gpu');
    assert.deepEqual(backend.devices, ['CPU:0', 'GPU:0']);
    assert.equal(
      backend.tf.tidy(() => backend.tf.scalar(2).mul(3).dataSync()[0]),
      6,
    );
  });

  it('is passed over, with the reason, when its module loads but registers nothing', async () => {
    const backend = await chooseBackend([
      { name: 'tfjs-node', module: 'node:path', registered: 'never-registered' },
      { name: 'cpu', module: null, registered: 'cpu' },
    ]);
    assert.equal(backend.name, 'cpu');
    assert.deepEqual(backend.devices, ['cpu']);
    assert.equal(backend.attempts[0]!.ok, false);
    assert.match(backend.attempts[0]!.reason, /never-registered/);
  });

  it('says every reason when nothing works', async () => {
    await assert.rejects(
      chooseBackend([{ name: 'tfjs-node-gpu', module: 'no-such-module', registered: 'tensorflow' }]),
      /tfjs-node-gpu: .*no-such-module/,
    );
  });
});
