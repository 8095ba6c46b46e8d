import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { normal, seededRandom } from '../../src/base/index.js';
import { quantileOf } from '../../src/forecast/index.js';
import { mixFromHistograms, type LoadSeries } from '../../src/load/index.js';
import {
  openLearner,
  openTrainers,
  type LearnerOptions,
  type LoadLearner,
  type Trainers,
} from '../../src/operator/index.js';

const START = 1_750_000_020;
const BIN = 60;

/** A daily rhythm with noise, bins `from` to `to - 1` of the same endless series. */
function loadOf(from: number, to: number, level = 100): LoadSeries {
  const random = seededRandom(1, 'load');
  const noise = Array.from({ length: to }, () => normal(random));
  const requests = Float64Array.from({ length: to - from }, (_, i) => {
    const mean = level * (1 + 0.8 * Math.sin(((from + i) * 2 * Math.PI) / 360));
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * noise[from + i]!));
  });
  return {
    ...{ startEpochSeconds: START + from * BIN, timeZone: 'UTC', binSeconds: BIN, requests },
    promptTokens: requests.map((count) => 500 * count),
    outputTokens: requests.map((count) => 200 * count),
    observed: new Uint8Array(to - from).fill(1),
  };
}

const at = (bin: number): number => START + bin * BIN;

describe('learning the load of a service', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'foresail-learner-'));
  let own = 0;
  let trainers: Trainers;
  const learners: LoadLearner[] = [];
  before(() => {
    trainers = openTrainers();
  });
  after(async () => {
    for (const learner of learners) await learner.close();
    await trainers.close();
    rmSync(folder, { recursive: true });
  });
  const newFolder = (): string => path.join(folder, String(++own));
  /** A learner, and what resolves when its next training has ended. */
  const open = (
    options: Partial<LearnerOptions> = {},
  ): { learner: LoadLearner; trained: () => Promise<Error | null> } => {
    let tell: (error: Error | null) => void = () => undefined;
    const learner = openLearner({
      ...{ folder: newFolder(), source: 'a test', models: ['holt-winters'], binSeconds: BIN, timeZone: 'UTC' },
      ...{ horizonSeconds: 600, historySeconds: 86400, retrainEverySeconds: 3600, quantile: 0.9, trainers, ...options },
      onTrained: (_model, error) => tell(error),
    });
    learners.push(learner);
    return { learner, trained: () => new Promise((resolve) => (tell = resolve)) };
  };

  it('expects nothing while nothing was observed', async () => {
    const { learner } = open();
    assert.equal(await learner.forecast(at(0)), null);
    learner.append({ ...loadOf(0, 3), observed: new Uint8Array(3) });
    assert.equal(await learner.forecast(at(3)), null);
    assert.equal(learner.mix(), null);
  });

  it('starts with a baseline from the first bin on, and says so', async () => {
    const { learner } = open();
    learner.append(loadOf(0, 1));
    const forecast = (await learner.forecast(at(1)))!;
    assert.equal(forecast.isCold, true);
    assert.equal(forecast.trainedAt, null);
    assert.equal(forecast.originAt, at(1));
    assert.equal(forecast.requests.mean.length, 10);
    assert.match(forecast.reason, /^ewma forecasts while there is no trained model: 1 of 60 bins are known$/);
  });

  it('says what a request brings on average, of those that fail nothing, once lengths are known', async () => {
    const { learner } = open();
    learner.append(loadOf(0, 1));
    assert.equal((await learner.forecast(at(1)))!.meanTokens, null);
    const lengths = (mean: number) => ({ bounds: [mean / 2, 2 * mean], counts: [0, 100], sum: 100 * mean });
    const mix = mixFromHistograms({ prompt: lengths(500), output: lengths(200) }, 1)!;
    learner.append(loadOf(1, 2), { ...mix, failedShare: 0.2 });
    const { promptTokens, outputTokens } = (await learner.forecast(at(2)))!.meanTokens!;
    assert.ok(Math.abs(promptTokens - 400) < 1 && Math.abs(outputTokens - 160) < 1, `${promptTokens}, ${outputTokens}`);
  });

  it('trains beside the event loop, and then follows the model', async () => {
    const { learner, trained } = open();
    learner.append(loadOf(0, 600));
    const ended = trained();
    const first = (await learner.forecast(at(600)))!;
    assert.match(first.reason, /one is being trained$/);
    assert.equal(await ended, null);
    learner.append(loadOf(600, 605));
    const second = (await learner.forecast(at(605)))!;
    assert.equal(second.isCold, false);
    assert.equal(second.trainedAt, at(600));
    assert.equal(second.originAt, at(605));
    assert.equal(second.model, 'holt-winters');
  });

  it('goes on with the kept model after a restart, and with the bins that came since', async () => {
    const kept = newFolder();
    const { learner, trained } = open({ folder: kept });
    learner.append(loadOf(0, 600));
    const ended = trained();
    await learner.forecast(at(600));
    await ended;
    learner.append(loadOf(600, 630));
    const before = (await learner.forecast(at(630)))!;
    await learner.close();
    const restarted = open({ folder: kept }).learner;
    restarted.append(loadOf(100, 630));
    const after = (await restarted.forecast(at(630)))!;
    assert.equal(after.trainedAt, at(600));
    assert.deepEqual(after.requests.mean, before.requests.mean);
    assert.deepEqual(quantileOf(after.requests, 0.9), quantileOf(before.requests, 0.9));
  });

  for (const [what, change] of Object.entries<Partial<LearnerOptions>>({
    'another horizon': { horizonSeconds: 1200 },
    'another time zone': { timeZone: 'Asia/Hong_Kong' },
    'another load': { source: 'another model' },
  }))
    it(`refuses a kept model of ${what}, says so, and trains a new one`, async () => {
      const kept = newFolder();
      const first = open({ folder: kept });
      first.learner.append(loadOf(0, 100));
      const ended = first.trained();
      await first.learner.forecast(at(100));
      await ended;
      const { learner, trained } = open({ folder: kept, ...change });
      learner.append(loadOf(0, 110));
      const again = trained();
      const forecast = (await learner.forecast(at(110)))!;
      assert.equal(forecast.isCold, true);
      assert.match(forecast.reason, /(horizon|timeZone|source) must be .*; one is being trained$/);
      assert.equal(await again, null);
      const { isCold, reason } = (await learner.forecast(at(110)))!;
      assert.equal(isCold, false, reason);
    });

  it('refuses a kept model that learned another load, or whose files were changed', async () => {
    const kept = newFolder();
    const first = open({ folder: kept });
    first.learner.append(loadOf(0, 100));
    const ended = first.trained();
    await first.learner.forecast(at(100));
    await ended;
    const other = open({ folder: kept }).learner;
    other.append(loadOf(0, 110, 1000));
    assert.match((await other.forecast(at(110)))!.reason, /learned another load/);
    await other.close();
    const manifest = path.join(kept, 'holt-winters', 'manifest.json');
    writeFileSync(manifest, readFileSync(manifest, 'utf8').replace(/"sha256": ".{8}/, '"sha256": "00000000'));
    const tampered = open({ folder: kept }).learner;
    tampered.append(loadOf(0, 110));
    assert.match((await tampered.forecast(at(110)))!.reason, /sha256 must be/);
  });

  it('takes a few bins that late samples have changed for the same load', async () => {
    const kept = newFolder();
    const first = open({ folder: kept });
    first.learner.append(loadOf(0, 100));
    const ended = first.trained();
    await first.learner.forecast(at(100));
    await ended;
    const { learner } = open({ folder: kept });
    const load = loadOf(0, 110);
    load.requests[99]! += 50;
    load.requests[90]! += 1;
    learner.append(load);
    assert.equal((await learner.forecast(at(110)))!.isCold, false);
  });

  it('trains anew when it is time', async () => {
    const { learner, trained } = open({ retrainEverySeconds: 600 });
    learner.append(loadOf(0, 100));
    let ended = trained();
    await learner.forecast(at(100));
    await ended;
    learner.append(loadOf(100, 111));
    ended = trained();
    assert.equal((await learner.forecast(at(111)))!.trainedAt, at(100));
    await ended;
    assert.equal((await learner.forecast(at(111)))!.trainedAt, at(111));
  });

  it('says when a training failed, goes on with the baseline, and tries again', async () => {
    const failing: Trainers = { train: () => Promise.reject(new Error('disk full')), close: () => Promise.resolve() };
    const { learner, trained } = open({ trainers: failing });
    learner.append(loadOf(0, 100));
    const ended = trained();
    await learner.forecast(at(100));
    assert.equal((await ended)?.message, 'disk full');
    const forecast = (await learner.forecast(at(100)))!;
    assert.match(forecast.reason, /training failed: disk full/);
    const again = trained();
    learner.append(loadOf(100, 116));
    await learner.forecast(at(116));
    assert.equal((await again)?.message, 'disk full');
  });

  it('measures its forecasts of the next bin as they come true', async () => {
    const { learner } = open({ models: [] });
    learner.append(loadOf(0, 30));
    assert.equal((await learner.forecast(at(30)))!.accuracy, null);
    for (let bin = 30; bin < 130; bin++) learner.append(loadOf(bin, bin + 1));
    const { bins, nmae, bias, coverage } = (await learner.forecast(at(130)))!.accuracy!;
    assert.equal(bins, 100);
    assert.ok(nmae! > 0.02 && nmae! < 0.3, `NMAE ${nmae}`);
    assert.ok(Math.abs(bias!) < 0.2 && coverage! > 0.6 && coverage! <= 1);
  });

  it('measures the coverage of the level that is planned for', async () => {
    const coverages: number[] = [];
    for (const quantile of [0.5, 0.9, 0.99]) {
      const { learner } = open({ models: [], quantile });
      learner.append(loadOf(0, 30));
      await learner.forecast(at(30));
      for (let bin = 30; bin < 330; bin++) learner.append(loadOf(bin, bin + 1));
      coverages.push((await learner.forecast(at(330)))!.accuracy!.coverage!);
    }
    const [median, high, highest] = coverages as [number, number, number];
    assert.ok(median < high - 0.1 && high < highest, coverages.join());
    assert.ok(median > 0.3 && median < 0.7, coverages.join());
  });

  it('follows the model that did best of late', async () => {
    const { learner, trained } = open({ models: ['last', 'moving-average'] });
    learner.append(loadOf(0, 700));
    for (let i = 0; i < 2; i++) {
      const ended = trained();
      await learner.forecast(at(700));
      await ended;
    }
    await learner.forecast(at(700)); // takes the second one up
    learner.append(loadOf(700, 800));
    assert.equal((await learner.forecast(at(800)))!.model, 'moving-average');
  });

  it('ignores bins that it knows, takes a gap as missing, and says nothing when its newest bin is old', async () => {
    const { learner } = open({ models: [] });
    learner.append(loadOf(0, 20));
    learner.append(loadOf(10, 25));
    assert.equal((await learner.forecast(at(25)))!.originAt, at(25));
    learner.append(loadOf(30, 31));
    assert.equal((await learner.forecast(at(31)))!.originAt, at(31));
    assert.equal(await learner.forecast(at(41)), null);
  });

  it('says nothing any more when bins come and nothing of them is known', async () => {
    const { learner } = open({ models: [] });
    learner.append(loadOf(0, 20));
    const missing = (from: number, to: number): LoadSeries => ({
      ...loadOf(from, to),
      observed: new Uint8Array(to - from),
    });
    learner.append(missing(20, 29));
    assert.equal((await learner.forecast(at(29)))!.originAt, at(29));
    learner.append(missing(29, 30));
    assert.equal(await learner.forecast(at(30)), null, 'the horizon is of ten bins');
    learner.append(loadOf(30, 31));
    assert.equal((await learner.forecast(at(31)))!.originAt, at(31));
  });

  it('takes in what came before, and learns from all of it when it may', async () => {
    const { learner, trained } = open();
    learner.append(loadOf(500, 600));
    const early = (await learner.forecast(at(600), { mayTrain: false }))!;
    assert.match(early.reason, /the past is being read, 100 bins are known$/);
    learner.prepend(loadOf(300, 500));
    learner.prepend(loadOf(0, 300));
    learner.append(loadOf(600, 601));
    assert.match(
      (await learner.forecast(at(601), { mayTrain: false }))!.reason,
      /the past is being read, 601 bins are known$/,
    );
    const ended = trained();
    await learner.forecast(at(601));
    assert.equal(await ended, null);
    assert.equal((await learner.forecast(at(601)))!.trainedAt, at(601));
  });

  it('takes a kept model up when the past reaches back to what it learned', async () => {
    const kept = newFolder();
    const { learner, trained } = open({ folder: kept });
    learner.append(loadOf(0, 400));
    const ended = trained();
    await learner.forecast(at(400));
    await ended;
    await learner.close();
    const restarted = open({ folder: kept }).learner;
    restarted.append(loadOf(500, 600));
    assert.equal((await restarted.forecast(at(600), { mayTrain: false }))!.isCold, true);
    restarted.prepend(loadOf(300, 500));
    const { isCold, trainedAt } = (await restarted.forecast(at(600), { mayTrain: false }))!;
    assert.deepEqual([isCold, trainedAt], [false, at(400)]);
  });

  it('keeps no more of the past than it is told to', async () => {
    const { learner, trained } = open({ historySeconds: 200 * BIN });
    learner.append(loadOf(500, 600));
    learner.prepend(loadOf(0, 500));
    const ended = trained();
    await learner.forecast(at(600));
    await ended;
    await learner.forecast(at(600));
    const manifest = JSON.parse(
      readFileSync(path.join(folder, String(own), 'holt-winters', 'manifest.json'), 'utf8'),
    ) as {
      target: { startEpochSeconds: number };
    };
    assert.equal(manifest.target.startEpochSeconds, at(400));
  });

  it('starts anew after a gap longer than its history', async () => {
    const { learner } = open({ historySeconds: 3600, models: [] });
    learner.append(loadOf(0, 20));
    await learner.forecast(at(20));
    learner.append(loadOf(500, 510));
    assert.equal((await learner.forecast(at(510)))!.originAt, at(510));
  });

  it('refuses bins of another width, off its grid, or without dates', () => {
    const { learner } = open();
    learner.append(loadOf(0, 5));
    const load = loadOf(5, 6);
    assert.throws(() => learner.append({ ...load, binSeconds: 30 }), RangeError);
    assert.throws(() => learner.append({ ...load, startEpochSeconds: at(5) + 7 }), RangeError);
    assert.throws(() => learner.append({ ...load, startEpochSeconds: null }), RangeError);
    assert.throws(() => learner.prepend({ ...load, binSeconds: 30 }), RangeError);
    assert.throws(() => learner.prepend({ ...loadOf(0, 1), startEpochSeconds: at(0) + 7 }), RangeError);
  });

  it('ends a training when it is closed', async () => {
    const { learner } = open({ models: ['ensemble'] });
    learner.append(loadOf(0, 1400));
    await learner.forecast(at(1400));
    const begun = performance.now();
    await learner.close();
    assert.ok(performance.now() - begun < 3000);
  });
});
