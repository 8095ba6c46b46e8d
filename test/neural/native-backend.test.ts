import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { chooseBackend, openBackend } from '../../src/neural/index.js';
import { tempFiles } from '../helpers/temp-file.js';

/**
 * A module that registers plain JavaScript under the native engine's name, as the native addon would register itself, with
 * the field by which tfjs-node's own backend tells whether it found a GPU.
 */
function standIn(registered: string, isUsingGpuDevice: boolean): string {
  const tfjs = pathToFileURL(createRequire(import.meta.url).resolve('@tensorflow/tfjs')).href;
  return `import tf from '${tfjs}';
    tf.registerBackend('${registered}', () => {
      const backend = tf.findBackendFactory('cpu')();
      backend.isUsingGpuDevice = ${isUsingGpuDevice};
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

  for (const isUsingGpuDevice of [true, false])
    it(`is taken when its module registers it, on ${isUsingGpuDevice ? 'a GPU' : 'the processor, when it fell back'}`, async () => {
      const registered = `stand-in-${isUsingGpuDevice}`;
      const module = pathToFileURL(write(`${registered}.mjs`, standIn(registered, isUsingGpuDevice))).href;
      const backend = await chooseBackend([{ name: 'tfjs-node-gpu', module, registered }]);
      assert.equal(backend.name, 'tfjs-node-gpu');
      assert.equal(backend.device, isUsingGpuDevice ? 'gpu' : 'cpu');
      assert.equal(
        backend.tf.tidy(() => backend.tf.scalar(2).mul(3).dataSync()[0]),
        6,
      );
    });

  it('tells its device by a field that tfjs-node really has', () => {
    const require = createRequire(import.meta.url);
    const declared = require.resolve('@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.d.ts');
    assert.match(readFileSync(declared, 'utf8'), /isUsingGpuDevice: boolean/);
  });

  it('is passed over, with the reason, when its module loads but registers nothing', async () => {
    const backend = await chooseBackend([
      { name: 'tfjs-node', module: 'node:path', registered: 'never-registered' },
      { name: 'cpu', module: null, registered: 'cpu' },
    ]);
    assert.equal(backend.name, 'cpu');
    assert.equal(backend.device, 'cpu');
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
