import assert from 'node:assert/strict';
import { UpstreamError } from '../../src/base/index.js';
import type { LoadLearner, SettingsKeeper } from '../../src/operator/forecasting/index.js';
import { readGoodputScaler } from '../../src/operator/index.js';
import { lazySource } from '../../src/operator/lazy-source.js';
import { openLiveService } from '../../src/operator/live-service.js';
import { loadProfile } from '../../src/serving/index.js';
import type { LiveReadings, MetricsSource } from '../../src/vllm/index.js';
import { EPOCH, scalerObject, serveSettings, sureForecast } from '../helpers/operator.js';

const NOW = EPOCH - (EPOCH % 60) + 20; // 20 s into a bin
const { spec } = readGoodputScaler(scalerObject('llama', { forecast: { history: '1h' } }));

/** A service of one quiet pool whose newest sample is of a moment. */
function readAt(at: number, newestSampleAt: number | null): LiveReadings {
  const serve = { waiting: 0, running: 0, kvUse: 0, newestSampleAt };
  return { at, roles: { serve }, ttft: null, tpot: null, newestSampleAt };
}

/** A source that notes what history it was asked for; `change` replaces what it does. */
function sourceOf(change: Partial<MetricsSource> = {}): MetricsSource & { asked: [number, number][] } {
  const asked: [number, number][] = [];
  const readings = (at: number): LiveReadings => readAt(at, at - 3);
  return {
    asked,
    history(from, to, binSeconds) {
      asked.push([from, to]);
      const bins = (to - from) / binSeconds;
      const load = { startEpochSeconds: from, timeZone: 'UTC', binSeconds, requests: new Float64Array(bins).fill(7) };
      const tokens = new Float64Array(bins).fill(NaN);
      const observed = new Uint8Array(bins).fill(1);
      return Promise.resolve({ ...load, promptTokens: tokens, outputTokens: tokens, observed });
    },
    now: (at) => Promise.resolve(readings(at)),
    mix: () => Promise.resolve(null),
    close: () => undefined,
    ...change,
  };
}

function serviceOf(source: MetricsSource, hasProfile = true) {
  const appended: number[] = [];
  const prepended: [number, number][] = [];
  const mayTrain: boolean[] = [];
  const launches: number[] = [];
  const closed: string[] = [];
  const learner: LoadLearner = {
    append: ({ requests }) => appended.push(requests.length),
    prepend: ({ startEpochSeconds, requests }) => prepended.push([startEpochSeconds!, requests.length]),
    forecast(now, options) {
      mayTrain.push(options!.mayTrain);
      return Promise.resolve(sureForecast([1], now));
    },
    mix: () => null,
    close: () => Promise.resolve(void closed.push('learner')),
  };
  const keeper: SettingsKeeper = {
    settingsOf(_spec, _profile, _mix, launchSeconds) {
      launches.push(launchSeconds);
      return { settings: serveSettings(), canPlan: hasProfile, reason: hasProfile ? '' : 'no latency profile' };
    },
    idle: () => Promise.resolve(),
    close: () => Promise.resolve(void closed.push('keeper')),
  };
  const profile = hasProfile ? loadProfile('h100-llama-3.1-8b-bf16') : null;
  const service = openLiveService({ source, learner, keeper, profile: () => Promise.resolve(profile) });
  return { service, appended, prepended, mayTrain, launches, closed };
}

const down = (): Promise<never> => Promise.reject(new UpstreamError('connection refused'));

describe('a live service', () => {
  it('reads its history once, and then the bins that have closed and settled', async () => {
    const source = sourceOf();
    const { service, appended } = serviceOf(source);
    const start = NOW - 20;
    const first = await service.read(spec, [], NOW, null);
    assert.deepEqual(source.asked, [[start - 3600, start]]);
    assert.equal(first.closedBins.length, 1, 'of the past only the newest bin is news');
    await service.read(spec, [], NOW + 50, null); // the bin has closed, and is not settled
    const third = await service.read(spec, [], NOW + 60, null);
    assert.deepEqual(source.asked.slice(1), [[start, start + 60]]);
    assert.deepEqual(third.closedBins, [{ endsAt: start + 60, requests: 7, promptTokens: null, outputTokens: null }]);
    assert.deepEqual(appended, [60, 1]);
  });

  it('reads again what it could not read, though the present can be', async () => {
    let isDown = true;
    const good = sourceOf();
    const source = sourceOf({ history: (...asked) => (isDown ? down() : good.history(...asked)) });
    const { service, appended } = serviceOf(source);
    const first = await service.read(spec, [], NOW, null);
    assert.deepEqual(first.troubles, [
      { part: 'forecast', reason: 'HistoryUnreadable', message: 'connection refused' },
    ]);
    assert.ok(first.readings !== null);
    isDown = false;
    assert.deepEqual((await service.read(spec, [], NOW + 15, null)).troubles, []);
    assert.deepEqual(appended, [60]);
  });

  it('keeps the load when only the lengths of requests cannot be read', async () => {
    const { service, appended } = serviceOf(sourceOf({ mix: down }));
    const { troubles } = await service.read(spec, [], NOW, null);
    assert.deepEqual([troubles.map(({ reason }) => reason), appended], [['MixUnreadable'], [60]]);
  });

  for (const [name, newestSampleAt, reason] of [
    ['no sample', null, 'NoSamples'],
    ['only old samples', NOW - 400, 'Stale'],
  ] as const)
    it(`says of a service with ${name} that its metrics are not there`, async () => {
      const now = (at: number): Promise<LiveReadings> => Promise.resolve(readAt(at, newestSampleAt));
      const { service } = serviceOf(sourceOf({ now }));
      const reading = await service.read(spec, [], NOW, null);
      assert.deepEqual([reading.troubles[0]?.reason, reading.newestSampleAt], [reason, newestSampleAt]);
    });

  it('says which pool has been silent for too long, and knows what the other one says', async () => {
    const pool = (newestSampleAt: number | null) => ({ waiting: null, running: null, kvUse: null, newestSampleAt });
    const roles = { prefill: pool(NOW - 400), decode: { ...pool(NOW - 3), waiting: 2 } };
    const now = (at: number): Promise<LiveReadings> =>
      Promise.resolve({ at, roles, ttft: null, tpot: 0.02, newestSampleAt: NOW - 400 });
    const { troubles, readings } = await serviceOf(sourceOf({ now })).service.read(spec, [], NOW, null);
    const message = 'the newest sample of pool prefill is 400 s old';
    assert.deepEqual(troubles, [{ part: 'metrics', reason: 'Stale', message }]);
    assert.equal(readings!.roles.decode!.waiting, 2);
  });

  it('says that samples are lost when they cannot be kept', async () => {
    const now = (at: number): Promise<LiveReadings> =>
      Promise.resolve({ ...readAt(at, at), notKept: 'database or disk is full' });
    const { troubles, readings } = await serviceOf(sourceOf({ now })).service.read(spec, [], NOW, null);
    const message = 'what was read cannot be kept: database or disk is full';
    assert.deepEqual(troubles, [{ part: 'forecast', reason: 'SamplesNotKept', message }]);
    assert.ok(readings !== null);
  });

  it('remembers the newest sample while nothing can be read', async () => {
    let isDown = false;
    const good = sourceOf();
    const { service } = serviceOf(sourceOf({ now: (at) => (isDown ? down() : good.now(at)) }));
    await service.read(spec, [], NOW, null);
    isDown = true;
    assert.equal((await service.read(spec, [], NOW + 60, null)).newestSampleAt, NOW - 3);
  });

  it('plans with the launch time that the spec gives, that pods showed, or that the profile has', async () => {
    const { service, launches } = serviceOf(sourceOf());
    await service.read({ ...spec, plan: { ...spec.plan, launchTime: 33 } }, [], NOW, 70);
    await service.read(spec, [], NOW, 70);
    await service.read(spec, [], NOW, null);
    assert.deepEqual(launches.slice(0, 2), [33, 70]);
    assert.ok(launches[2]! > 10);
    const without = serviceOf(sourceOf(), false);
    await without.service.read(spec, [], NOW, null);
    assert.deepEqual(without.launches, [90]);
  });

  it('ends what is read, trained and measured when it is closed', async () => {
    const ends: string[] = [];
    const { service, closed } = serviceOf(sourceOf({ close: () => void ends.push('source') }));
    await service.close();
    assert.deepEqual([...ends, ...closed], ['source', 'learner', 'keeper']);
  });

  it('says that without a profile it only reacts', async () => {
    const { reactiveBecause } = await serviceOf(sourceOf(), false).service.read(spec, [], NOW, null);
    assert.deepEqual(reactiveBecause, { part: 'profile', reason: 'NoProfile', message: 'no latency profile' });
  });
});

describe('the past of a live service', () => {
  const start = NOW - 20;
  const month = { ...spec, forecast: { ...spec.forecast, history: 28 * 86400 } };
  const binsOf = ([from, to]: [number, number]): number => (to - from) / 60;

  it('is read from its newest bins on back, so much a round, after what is new; then it may be learned from', async () => {
    const source = sourceOf();
    const { service, appended, prepended, mayTrain } = serviceOf(source);
    const first = await service.read(month, [], NOW, null);
    assert.deepEqual(first.closedBins.length, 1);
    assert.deepEqual(source.asked.map(binsOf), [2000, 2000, 2000, 2000, 2000]);
    assert.equal(source.asked[0]![1], start);
    await service.read(month, [], NOW + 60, null);
    assert.deepEqual(source.asked[5], [start, start + 60], 'what is new goes first');
    for (let round = 2; round < 8; round++) await service.read(month, [], NOW + 60 * round, null);
    assert.deepEqual(appended, [2000, 1, 1, 1, 1, 1, 1, 1]);
    const bins = prepended.reduce((sum, [, count]) => sum + count, 2000);
    assert.ok(Math.abs(bins - 28 * 1440) < 10, `${bins} bins`);
    for (const [i, [from, count]] of prepended.entries())
      assert.equal(from + 60 * count, i === 0 ? start - 2000 * 60 : prepended[i - 1]![0], 'one goes before the other');
    assert.deepEqual(mayTrain, [false, false, false, false, true, true, true, true]);
  });

  it('stays read as far as it was when a piece cannot be, which is then asked for by halves', async () => {
    const good = sourceOf();
    let isSlow = true;
    const asked: [number, number][] = [];
    const source = sourceOf({
      history(from, to, binSeconds) {
        asked.push([from, to]);
        return isSlow && to < start - 2500 * 60 && to - from > 600 * 60 ? down() : good.history(from, to, binSeconds);
      },
    });
    const { service, appended, prepended, mayTrain } = serviceOf(source);
    const first = await service.read(month, [], NOW, null);
    assert.deepEqual(
      first.troubles.map(({ reason }) => reason),
      ['HistoryUnreadable'],
    );
    assert.equal(first.closedBins.length, 1);
    assert.ok(first.readings !== null);
    assert.deepEqual(
      [appended, prepended.length, mayTrain],
      [[2000], 1, [true]],
      'nothing waits for what does not come',
    );
    await service.read(month, [], NOW + 15, null);
    await service.read(month, [], NOW + 30, null);
    assert.deepEqual(asked.slice(2).map(binsOf), [2000, 1000, 500, 500, 500, 500]);
    assert.deepEqual([prepended.length, mayTrain[2]], [5, false]);
    isSlow = false;
    assert.deepEqual((await service.read(month, [], NOW + 45, null)).troubles, []);
  });

  it('is as long as the learner keeps, however much is asked for', async () => {
    const endless = { ...spec, forecast: { ...spec.forecast, history: 3650 * 86400 } };
    const source = sourceOf();
    const { service } = serviceOf(source);
    for (let round = 0; round < 10; round++) await service.read(endless, [], NOW, null);
    assert.equal(
      source.asked.reduce((sum, span) => sum + binsOf(span), 0),
      50_000,
    );
  });

  it('that came while nothing could be read is read so much a round, oldest first', async () => {
    let isDown = false;
    const good = sourceOf();
    const source = sourceOf({ history: (...asked) => (isDown ? down() : good.history(...asked)) });
    const { service, appended } = serviceOf(source);
    for (let round = 0; round < 6; round++) await service.read(month, [], NOW, null);
    isDown = true;
    await service.read(month, [], NOW + 3600, null);
    isDown = false;
    for (let round = 0; round < 3; round++) await service.read(month, [], NOW + 3000 * 60, null);
    assert.deepEqual(appended, [2000, 2000, 1000]);
  });
});

describe('a source that is opened late', () => {
  it('is opened once, anew after five minutes, and anew after a failure', async () => {
    let now = 0;
    let opened = 0;
    let isDown = false;
    const good = sourceOf();
    const source = lazySource(
      () => {
        opened++;
        return Promise.resolve(sourceOf({ now: (at) => (isDown ? down() : good.now(at)) }));
      },
      () => now,
    );
    for (const at of [0, 10, 299]) {
      now = at;
      await source.now(EPOCH);
    }
    assert.equal(opened, 1);
    now = 300;
    isDown = true;
    await assert.rejects(source.now(EPOCH), UpstreamError);
    isDown = false;
    await source.now(EPOCH);
    assert.equal(opened, 3);
  });

  it('fails where it cannot be opened, and is opened again', async () => {
    let isDown = true;
    const source = lazySource(
      () => (isDown ? down() : Promise.resolve(sourceOf())),
      () => 0,
    );
    await assert.rejects(source.now(EPOCH), /connection refused/);
    isDown = false;
    assert.equal((await source.now(EPOCH)).at, EPOCH);
    source.close();
  });
});
