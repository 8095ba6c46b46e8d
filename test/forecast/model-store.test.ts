import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { InputError } from '../../src/base/index.js';
import {
  adoptSeries,
  continueSeries,
  dataFolder,
  loadModel,
  makeForecaster,
  pretrainedFolder,
  saveModel,
  trainModel,
  type ModelManifest,
} from '../../src/forecast/index.js';
import type { TargetSeries } from '../../src/load/index.js';
import { targetFrom, wavyCounts } from '../helpers/targets.js';

const counts = wavyCounts(200, 24);
const OPTIONS = {
  ...{ name: 'mine', model: 'ewma', horizon: 3, seed: 1, source: 'mine.csv', isModelled: false },
  selection: { service: 'api' },
};

/** Folders that go when the enclosing `describe` is over. */
function tempFolders(): (name: string) => string {
  const root = mkdtempSync(path.join(tmpdir(), 'foresail-store-'));
  after(() => rmSync(root, { recursive: true }));
  return (name) => path.join(root, name);
}

async function kept(folder: string, target: TargetSeries = targetFrom(counts)): Promise<ModelManifest> {
  const { facts, forecaster } = await trainModel(target, OPTIONS);
  return saveModel(folder, facts, forecaster);
}

describe('a model folder', () => {
  const folder = tempFolders();

  it('gives back the forecaster that was put in, and what it was trained on', async () => {
    const { facts, forecaster } = await trainModel(targetFrom(counts), OPTIONS);
    await saveModel(folder('back'), facts, forecaster);
    const { manifest, forecaster: restored } = await loadModel(folder('back'));
    assert.deepEqual(restored.save(), forecaster.save());
    assert.deepEqual(restored.forecast(3), forecaster.forecast(3));
    assert.deepEqual([manifest.trainedOn.bins, manifest.trainedOn.toSeconds], [200, 120_000]);
    assert.deepEqual(manifest.selection, { service: 'api' });
    assert.deepEqual(
      manifest.scores.map(({ model, horizon }) => `${model} ${horizon}`),
      ['last 1', 'last 3', 'ewma 1', 'ewma 3'],
    );
  });

  it('is the same to the byte for the same series and seed', async () => {
    const [one, two] = [await kept(folder('one')), await kept(folder('two'))];
    assert.deepEqual(one, two);
    for (const file of readdirSync(folder('one')))
      assert.deepEqual(readFileSync(path.join(folder('one'), file)), readFileSync(path.join(folder('two'), file)));
  });

  it('holds one model: a new one replaces the old', async () => {
    await kept(folder('replaced'));
    const { state } = await kept(folder('replaced'), targetFrom(counts.subarray(0, 150)));
    assert.deepEqual(readdirSync(folder('replaced')).sort(), [state.file, 'manifest.json'].sort());
  });

  it('is not written over files that are no model', async () => {
    await assert.rejects(kept(tmpdir()), (error) => error instanceof InputError && error.message.includes('no model'));
  });

  const change = async (name: string, edit: (manifest: Record<string, unknown>) => void): Promise<string> => {
    await kept(folder(name));
    const file = path.join(folder(name), 'manifest.json');
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    edit(manifest);
    writeFileSync(file, JSON.stringify(manifest));
    return folder(name);
  };
  const refused: [string, (manifest: Record<string, unknown>) => void, RegExp][] = [
    ['another version', (manifest) => (manifest.schema = 'foresail.model/2'), /schema.*model\/1.*model\/2/],
    [
      'another hash',
      (manifest) => ((manifest.state as { sha256: string }).sha256 = 'a'.repeat(64)),
      /sha256 must be aaa/,
    ],
    ['other features', (manifest) => (manifest.features = ['lag1']), /feature 1 of ewma must be none, got lag1/],
    ['an unknown forecaster', (manifest) => (manifest.model = 'oracle'), /model must be one of .*"oracle"/],
    ['a file outside the folder', (manifest) => ((manifest.state as { file: string }).file = '../x'), /state\.file/],
    ['a missing field', (manifest) => delete manifest.trainedOn, /trainedOn\.source must be a text, got nothing/],
    ['another horizon', (manifest) => (manifest.horizon = 4), /cannot be restored.*horizon/],
  ];
  for (const [what, edit, message] of refused)
    it(`refuses ${what} with one clear line`, async () => {
      const changed = await change(what.replaceAll(' ', '-'), edit);
      await assert.rejects(loadModel(changed), (error) => {
        assert.ok(error instanceof InputError);
        assert.match(error.message, message);
        assert.ok(!error.message.includes('\n') && error.message.includes(changed));
        return true;
      });
    });

  it('refuses a state that was changed by one bit, one that is gone, no JSON, and no folder', async () => {
    const { state } = await kept(folder('bit'));
    const file = path.join(folder('bit'), state.file);
    const bytes = readFileSync(file);
    bytes[100]! ^= 1;
    writeFileSync(file, bytes);
    await assert.rejects(loadModel(folder('bit')), /sha256 must be .* got .*: the file was changed/);
    rmSync(file);
    await assert.rejects(loadModel(folder('bit')), InputError);
    writeFileSync(path.join(folder('bit'), 'manifest.json'), '{');
    await assert.rejects(loadModel(folder('bit')), /manifest\.json: is no JSON/);
    await assert.rejects(loadModel(folder('nowhere')), /holds no model/);
  });
});

describe('training', () => {
  it('refuses a series with nothing observed', async () => {
    for (const values of [[], [NaN, NaN]]) await assert.rejects(trainModel(targetFrom(values), OPTIONS), InputError);
  });

  it('takes one bin, without scores', async () => {
    const { facts, forecaster } = await trainModel(targetFrom([7]), OPTIONS);
    assert.deepEqual(facts.scores, []);
    assert.equal(forecaster.forecast(1).mean[0], 7);
  });
});

describe('going on with a kept model', () => {
  const folder = tempFolders();

  it('takes in what it does not know, as if it had seen everything in one go', async () => {
    await kept(folder('go'), targetFrom(counts.subarray(0, 150)));
    const model = await loadModel(folder('go'));
    assert.deepEqual(continueSeries(model, targetFrom(counts), 'f'), { skipped: 150, gap: 0, appended: 50 });
    const whole = makeForecaster('ewma', { horizon: 3, seed: 1 });
    await whole.fit(targetFrom(counts.subarray(0, 150)));
    whole.update(counts.subarray(150));
    assert.deepEqual(model.forecaster.forecast(3), whole.forecast(3));
  });

  it('counts the bins in between as missing', async () => {
    await kept(folder('gap'), targetFrom(counts.subarray(0, 150)));
    const later = { ...targetFrom(counts.subarray(160)), startSeconds: 160 * 600 };
    assert.deepEqual(continueSeries(await loadModel(folder('gap')), later, 'f'), { skipped: 0, gap: 10, appended: 40 });
  });

  it('refuses another series: target, bin, dates, or bins that differ', async () => {
    await kept(folder('other'), targetFrom(counts.subarray(0, 150)));
    const model = await loadModel(folder('other'));
    const own = targetFrom(counts);
    for (const [other, message] of [
      [{ ...own, name: 'promptTokens' }, /forecasts requests, not promptTokens/],
      [{ ...own, binSeconds: 60 }, /bins of 600 s, but these have 60 s/],
      [{ ...own, startEpochSeconds: 1e9 }, /dates/],
      [targetFrom(counts.map((value) => value + 1)), /bin 126 must be \d+ as when "mine" was trained, got \d+/],
      [{ ...own, startSeconds: 1e12 }, /begins \d+ bins after/],
    ] as const)
      assert.throws(() => continueSeries(model, other, 'f'), message);
  });
});

describe('the model that ships', () => {
  it('is at most a megabyte, says that its load is modelled, and was trained with the features of this version', async () => {
    const folder = pretrainedFolder();
    const sizes = readdirSync(folder).map((file) => statSync(path.join(folder, file)).size);
    assert.ok(sizes.reduce((sum, size) => sum + size) <= 1_000_000, String(sizes));
    const { manifest } = await loadModel(folder);
    assert.equal(manifest.trainedOn.isModelled, true);
    assert.match(manifest.label, /modelled/);
    assert.equal(manifest.trainedOn.bins, 1008);
  });

  it('serves another service at its own level and time from the first bins on', async () => {
    const hour = Array.from({ length: 30 }, (_, i) => 900 + 50 * (i % 2));
    const dated = { ...targetFrom(hour), startEpochSeconds: Date.UTC(2024, 4, 1, 14, 30) / 1000 };
    const { forecast, scale } = adoptSeries(await loadModel(pretrainedFolder()), dated, 'f');
    const { mean, quantiles, startEpochSeconds } = forecast(3);
    assert.ok(scale > 0.01 && scale < 0.05);
    assert.equal(startEpochSeconds, Date.UTC(2024, 4, 1, 19, 30) / 1000);
    for (const value of mean) assert.ok(value > 500 && value < 1800, String(value));
    for (let i = 3; i < quantiles.length; i++) assert.ok(quantiles[i]! >= quantiles[i - 3]!);
  });

  for (const [what, values] of [
    ['all zeros', new Float64Array(40)],
    ['a constant', new Float64Array(40).fill(3)],
    ['one bin', Float64Array.of(12)],
    ['huge values', new Float64Array(40).fill(1e300)],
    ['mostly missing', Float64Array.from({ length: 40 }, (_, i) => (i === 5 ? 4 : NaN))],
  ] as const)
    it(`answers in finite numbers for ${what}`, async () => {
      const { forecast } = adoptSeries(await loadModel(pretrainedFolder()), targetFrom(values), 'f');
      const { mean, quantiles } = forecast(6);
      assert.ok([...mean, ...quantiles].every((value) => Number.isFinite(value) && value >= 0));
    });
});

describe('the data folder', () => {
  it('is FORESAIL_DATA, else in XDG_DATA_HOME if that is absolute, else in the home folder', () => {
    assert.equal(dataFolder({ FORESAIL_DATA: '/data/f', XDG_DATA_HOME: '/x' }), '/data/f');
    assert.equal(dataFolder({ FORESAIL_DATA: '', XDG_DATA_HOME: '/x' }), '/x/foresail');
    for (const environment of [{}, { XDG_DATA_HOME: 'relative' }])
      assert.match(dataFolder(environment), /\/\.local\/share\/foresail$/);
  });
});
