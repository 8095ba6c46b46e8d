import assert from 'node:assert/strict';
import { InputError } from '../../src/base/index.js';
import { mixFromHistograms, type WorkloadMix } from '../../src/load/index.js';
import {
  controlSettingsOf,
  goodputScalerSpec,
  openMeasurers,
  openSettingsKeeper,
  type GoodputScalerSpec,
  type Measure,
} from '../../src/operator/index.js';
import type { LatencyProfile } from '../../src/serving/index.js';
import { PLAIN_PROFILE } from '../helpers/serving.js';
import { plantedTable, splitLimits } from '../helpers/planning.js';

function mixOf(prompt: number, output: number): WorkloadMix {
  const of = (length: number): { bounds: number[]; counts: number[]; sum: number } => ({
    ...{ bounds: [length * 0.8, length * 1.2], counts: [0, 100], sum: 100 * length },
  });
  return mixFromHistograms({ prompt: of(prompt), output: of(output) }, 1)!;
}

function specOf(changes: object = {}): GoodputScalerSpec {
  const pool = (role: string): object => ({ role, scaleTargetRef: { name: `llama-${role}` }, maxReplicas: 3 });
  return goodputScalerSpec.parse({
    ...{ model: 'm', mode: 'Bounded', maxStep: 2, pools: [pool('prefill'), pool('decode')] },
    ...{ ratio: { min: '1:2', max: '2:1' }, budget: { maxGpus: 4 }, slo: { ttft: '2s', tpot: '50ms' } },
    ...{ load: { prometheus: { url: 'http://prometheus:9090' } }, ...changes },
  });
}

const planted = plantedTable(splitLimits(4));

/** A keeper whose measurements are counted, and end when they are told to; its clock is moved by hand. */
function counted() {
  const waiting: { resolve: (table: typeof planted) => void; reject: (error: Error) => void }[] = [];
  const profiles: LatencyProfile[] = [];
  const clock = { seconds: 0 };
  const measure: Measure = (_spec, profile, _mix, signal) => {
    profiles.push(profile);
    return new Promise((resolve, reject) => {
      waiting.push({ resolve, reject });
      signal.addEventListener('abort', () => reject(new Error('cancelled')));
    });
  };
  const keeper = openSettingsKeeper(measure, () => clock.seconds);
  const end = async (error?: Error): Promise<void> => {
    const { resolve, reject } = waiting.shift()!;
    if (error) reject(error);
    else resolve(planted);
    await keeper.idle();
  };
  return { keeper, clock, profiles, started: () => profiles.length, end };
}

describe('settings of control', () => {
  it('say what the spec says', async () => {
    const fallback = { after: '10m', replicas: { prefill: 1, decode: 2 } };
    const behavior = { scaleDown: { stabilizationWindowSeconds: 60 } };
    const settings = await controlSettingsOf(specOf({ fallback, behavior }), null, null, 42);
    const role = { minReplicas: 1, maxReplicas: 3, gpusPerReplica: 1 };
    assert.deepEqual(settings.limits, {
      roles: { prefill: role, decode: role },
      maxGpus: 4,
      ratio: { min: 0.5, max: 2 },
    });
    assert.deepEqual([settings.ttft, settings.tpot, settings.table.target, settings.launchSeconds], [2, 0.05, 0.9, 42]);
    assert.deepEqual([settings.mode, settings.maxStep, settings.quantile, settings.beamWidth], ['Bounded', 2, 0.9, 16]);
    assert.deepEqual(settings.behavior, behavior);
    assert.deepEqual(settings.fallback, { afterSeconds: 600, replicas: { prefill: 1, decode: 2 } });
  });

  it('take what all pools may have for the budget where none is given', async () => {
    const { limits } = await controlSettingsOf(specOf({ budget: undefined, ratio: undefined }), null, null, 1);
    assert.equal(limits.maxGpus, 6);
    assert.equal(limits.ratio, undefined);
  });

  it('know from simulated serving what each configuration can do', async () => {
    const pools = [{ role: 'serve', scaleTargetRef: { name: 'a' }, maxReplicas: 2 }];
    const spec = specOf({ pools, ratio: undefined, slo: { ttft: '60s' } });
    const { table } = await controlSettingsOf(spec, PLAIN_PROFILE, mixOf(100, 20), 1, 1);
    assert.deepEqual(
      table.rows.map(({ counts }) => counts.serve),
      [1, 2],
    );
    const [one, two] = table.rows.map(({ goodput }) => goodput) as [number, number];
    assert.ok(one > 0 && two > 1.7 * one && two < 2.3 * one, `${one}, ${two}`);
  });
});

describe('a keeper of settings', () => {
  const spec = specOf();

  it('reacts to queues only, and says why, without a profile or a mix', () => {
    const { keeper, started } = counted();
    const bare = keeper.settingsOf(spec, null, mixOf(100, 20), 9);
    assert.deepEqual([bare.canPlan, bare.settings.table.rows.length], [false, 0]);
    assert.match(bare.reason, /no latency profile/);
    assert.match(keeper.settingsOf(spec, PLAIN_PROFILE, null, 9).reason, /lengths of requests are not known/);
    assert.equal(started(), 0);
  });

  it('answers at once while it measures, and with the table when that is done', async () => {
    const { keeper, started, end } = counted();
    const first = keeper.settingsOf(spec, PLAIN_PROFILE, mixOf(100, 20), 9);
    assert.deepEqual([first.canPlan, started()], [false, 1]);
    keeper.settingsOf(spec, PLAIN_PROFILE, mixOf(100, 20), 9);
    assert.equal(started(), 1);
    await end();
    const then = keeper.settingsOf(spec, PLAIN_PROFILE, mixOf(104, 20.5), 30);
    assert.deepEqual([then.canPlan, then.reason, then.settings.launchSeconds], [true, '', 30]);
    assert.equal(then.settings.table, planted);
    assert.equal(started(), 1, 'a launch time or a little change of the mix needs no new table');
  });

  it('measures anew when requests have become longer, and uses the old table until then', async () => {
    const { keeper, started, end } = counted();
    keeper.settingsOf(spec, PLAIN_PROFILE, mixOf(100, 20), 9);
    await end();
    const moved = keeper.settingsOf(spec, PLAIN_PROFILE, mixOf(130, 20), 9);
    assert.deepEqual([moved.canPlan, started()], [true, 2]);
    assert.match(moved.reason, /mix of requests has moved/);
  });

  it('does not use a table of another promise or other limits', async () => {
    const { keeper, started, end } = counted();
    keeper.settingsOf(spec, PLAIN_PROFILE, mixOf(100, 20), 9);
    await end();
    const other = keeper.settingsOf(specOf({ slo: { ttft: '1s' } }), PLAIN_PROFILE, mixOf(100, 20), 9);
    assert.deepEqual([other.canPlan, started()], [false, 2]);
  });

  it('says what went wrong, and tries again after five minutes, or when something changes', async () => {
    const { keeper, clock, started, end } = counted();
    const settings = () => keeper.settingsOf(spec, PLAIN_PROFILE, mixOf(100, 20), 9);
    settings();
    await end(new Error('no memory'));
    clock.seconds = 299;
    assert.deepEqual([settings().canPlan, settings().reason, started()], [false, 'no memory', 1]);
    clock.seconds = 300;
    settings();
    assert.equal(started(), 2);
    await end();
    assert.equal(settings().canPlan, true);
    keeper.settingsOf(specOf({ budget: { maxGpus: 3 } }), PLAIN_PROFILE, mixOf(100, 20), 9);
    assert.equal(started(), 3);
  });

  it('does not try again what the rules forbid until they change', async () => {
    const { keeper, clock, started, end } = counted();
    keeper.settingsOf(spec, PLAIN_PROFILE, mixOf(100, 20), 9);
    await end(new InputError('too many configurations'));
    clock.seconds = 1e6;
    const { canPlan, reason } = keeper.settingsOf(spec, PLAIN_PROFILE, mixOf(100, 20), 9);
    assert.deepEqual([canPlan, reason, started()], [false, 'too many configurations', 1]);
    keeper.settingsOf(specOf({ budget: { maxGpus: 3 } }), PLAIN_PROFILE, mixOf(100, 20), 9);
    assert.equal(started(), 2);
  });

  it('goes on with the last profile that it knew when one cannot be read, and forgets it when none is named', async () => {
    const { keeper, profiles, end } = counted();
    const named = specOf({ profile: { configMapRef: { name: 'profiles' } } });
    keeper.settingsOf(named, PLAIN_PROFILE, mixOf(100, 20), 9);
    await end();
    const unread = keeper.settingsOf(named, null, mixOf(100, 20), 9);
    assert.deepEqual([unread.canPlan, unread.settings.table], [true, planted]);
    keeper.settingsOf(named, null, mixOf(150, 20), 9);
    assert.deepEqual(profiles, [PLAIN_PROFILE, PLAIN_PROFILE]);
    assert.match(keeper.settingsOf(spec, null, mixOf(100, 20), 9).reason, /no latency profile/);
  });

  it('ends a measurement of rules that hold no longer, and begins that of the new ones', async () => {
    const { keeper, started } = counted();
    const narrower = specOf({ budget: { maxGpus: 3 } });
    keeper.settingsOf(spec, PLAIN_PROFILE, mixOf(100, 20), 9);
    keeper.settingsOf(narrower, PLAIN_PROFILE, mixOf(100, 20), 9);
    await keeper.idle(); // ends by itself: nothing resolves it
    assert.equal(started(), 1);
    const { reason } = keeper.settingsOf(narrower, PLAIN_PROFILE, mixOf(100, 20), 9);
    assert.deepEqual(
      [started(), reason],
      [2, 'what each configuration can do is being measured: reacts to queues only'],
    );
    assert.match(keeper.settingsOf(spec, PLAIN_PROFILE, mixOf(100, 20), 9).reason, /is being measured/);
  });

  it('ends what it measures when it is closed, and measures no more', async () => {
    const { keeper, started } = counted();
    keeper.settingsOf(spec, PLAIN_PROFILE, mixOf(100, 20), 9);
    await keeper.close();
    keeper.settingsOf(spec, PLAIN_PROFILE, mixOf(150, 20), 9);
    assert.equal(started(), 1);
  });

  it('never throws, whatever the rules: there is then no table, and a reason', async () => {
    const measurers = openMeasurers(1);
    const most = 999;
    const pools = ['prefill', 'decode'].map((role) => ({ role, scaleTargetRef: { name: role }, maxReplicas: most }));
    const many = specOf({ pools, ratio: undefined, budget: undefined });
    const none = { ...spec, ratio: { min: { prefill: 9, decode: 1 }, max: { prefill: 9, decode: 1 } } };
    for (const [rules, reason] of [
      [many, /allow more than 2048 configurations of prefill and decode/],
      [none, /allow no configuration/],
    ] as const) {
      const keeper = openSettingsKeeper(measurers.measure, () => 0);
      keeper.settingsOf(rules, PLAIN_PROFILE, mixOf(100, 20), 9);
      await keeper.idle();
      assert.match(keeper.settingsOf(rules, PLAIN_PROFILE, mixOf(100, 20), 9).reason, reason);
    }
    await measurers.close();
  });
});

describe('the threads that measure', () => {
  it('are shared: what one table waits for ends when its service does, and others are measured', async () => {
    const measurers = openMeasurers(1);
    const pools = [{ role: 'serve', scaleTargetRef: { name: 'a' }, maxReplicas: 200 }];
    const long = specOf({ pools, ratio: undefined, budget: undefined, slo: { ttft: '60s' } });
    const short = { ...long, pools: [{ ...long.pools[0]!, maxReplicas: 1 }] };
    const stopping = new AbortController();
    const given = measurers.measure(long, PLAIN_PROFILE, mixOf(100, 20), stopping.signal);
    const asked = measurers.measure(short, PLAIN_PROFILE, mixOf(100, 20), new AbortController().signal);
    stopping.abort();
    await assert.rejects(given);
    assert.deepEqual(
      (await asked).rows.map(({ counts }) => counts),
      [{ serve: 1 }],
    );
    await measurers.close();
  });
});
