import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readGoodputScaler, type GoodputScaler } from '../../src/operator/index.js';
import { openVolume, type Volume } from '../../src/operator/volume.js';
import { fakeKube } from '../helpers/fake-kube.js';
import { startController } from '../helpers/controller-rig.js';
import { pass, putFleet, quietReading, scalerObject, scalerPath, settle } from '../helpers/operator.js';

describe('the volume', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'foresail-volume-'));
  const warnings: string[] = [];
  let volume: Volume;
  beforeEach(async () => {
    warnings.length = 0;
    volume = await openVolume(mkdtempSync(path.join(folder, 'x')), { warn: (_, message) => warnings.push(message) });
  });
  afterEach(() => volume.close());
  after(() => rmSync(folder, { recursive: true }));

  const scaler = (name: string, spec: object = {}, uid = `uid-${name}`): GoodputScaler =>
    readGoodputScaler(scalerObject(name, { load: { pods: {} }, ...spec }, { uid }));
  /** Keeps a sample and a model of a GoodputScaler. */
  const fill = (one: GoodputScaler): void => {
    volume.store.put(volume.samplesOf(one), '0', 0, 1);
    mkdirSync(path.join(volume.modelFolder(one), 'ensemble'), { recursive: true });
    writeFileSync(path.join(volume.modelFolder(one), 'ensemble', 'manifest.json'), '{}');
  };
  const isKept = (one: GoodputScaler): boolean => {
    const hasModel = existsSync(volume.modelFolder(one));
    const { namespace, name } = one.metadata;
    const hasSamples = volume.store.collections().some((collection) => collection.startsWith(`${namespace}/${name}/`));
    assert.equal(hasModel, hasSamples, 'samples and models go together');
    return hasModel;
  };

  for (const [what, spec, uid] of [
    ['bins of another width', { load: { pods: {}, bin: '30s' } }, 'uid-llama'],
    ['another model', { model: 'qwen' }, 'uid-llama'],
    ['a GoodputScaler that was made anew', {}, 'uid-2'],
  ] as const)
    it(`keeps other samples for ${what}, and removes the old ones`, () => {
      fill(scaler('llama'));
      fill(scaler('llama-2'));
      const samples = volume.samplesOf(scaler('llama', spec, uid));
      assert.equal(volume.store.count(samples), 0);
      assert.deepEqual(volume.store.collections(), [volume.samplesOf(scaler('llama-2'))]);
    });

  it('keeps the samples of a GoodputScaler of which something else changed', () => {
    fill(scaler('llama'));
    const changed = scaler('llama', { mode: 'Shadow', load: { pods: { port: 9000 } }, plan: { interval: '20s' } });
    assert.equal(volume.store.count(volume.samplesOf(changed)), 1);
  });

  it('keeps nothing of a GoodputScaler that is deleted, or was while no operator ran', async () => {
    const kube = fakeKube();
    const [stays, goes, went] = ['stays', 'goes', 'went'].map((name) => scaler(name)) as [
      GoodputScaler,
      GoodputScaler,
      GoodputScaler,
    ];
    for (const one of [stays, goes, went]) fill(one);
    for (const { metadata } of [stays, goes]) {
      putFleet(kube, metadata.name, 1);
      kube.put(scalerPath(metadata.name), scalerObject(metadata.name, { load: { pods: {} } }));
    }
    const rig = startController(kube, (now) => quietReading(1, now), {
      onDelete: (key) => volume.forget(key),
      onListed: (keys) => volume.forgetAllBut(keys, []),
    });
    await settle();
    assert.deepEqual([stays, goes, went].map(isKept), [true, true, false]);
    kube.remove(scalerPath('goes'));
    await pass(rig.clock, 2);
    assert.deepEqual([stays, goes].map(isKept), [true, false]);
    await rig.stop();
    assert.deepEqual(warnings, []);
  });

  it('leaves what is kept of namespaces alone that are not served', () => {
    fill(scaler('llama'));
    volume.forgetAllBut(new Set(), ['chat']);
    assert.ok(isKept(scaler('llama')));
    volume.forgetAllBut(new Set(), ['chat', 'ai']);
    assert.ok(!isKept(scaler('llama')));
  });

  it('says what it cannot remove, and is no reason to stop', () => {
    fill(scaler('llama'));
    volume.store.drop = () => {
      throw new Error('database or disk is full');
    };
    volume.samplesOf(scaler('llama', { model: 'qwen' }));
    volume.forget('ai/llama');
    assert.equal(warnings.length, 2);
  });
});
