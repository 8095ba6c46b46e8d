import assert from 'node:assert/strict';
import { mixFromHistograms, type WorkloadMix } from '../../src/load/index.js';
import {
  controlSettingsOf,
  goodputScalerSpec,
  openSettingsKeeper,
  type GoodputScalerSpec,
  type Measure,
} from '../../src/operator/index.js';
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

/** A keeper whose measurements are counted, and end when they are told to. */
function counted(): {
  keeper: ReturnType<typeof openSettingsKeeper>;
  started: () => number;
  end: (error?: Error) => Promise<void>;
} {
  const waiting: { resolve: (table: typeof planted) => void; reject: (error: Error) => void }[] = [];
  let started = 0;
  const measure: Measure = () => {
    started++;
    return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
  };
  const keeper = openSettingsKeeper(measure);
  const end = async (error?: Error): Promise<void> => {
    const { resolve, reject } = waiting.shift()!;
    if (error) reject(error);
    else resolve(planted);
    await keeper.idle();
  };
  return { keeper, started: () => started, end };
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

  it('says what went wrong, and does not try the same again until something changes', async () => {
    const { keeper, started, end } = counted();
    keeper.settingsOf(spec, PLAIN_PROFILE, mixOf(100, 20), 9);
    await end(new Error('no memory'));
    const { reason, canPlan } = keeper.settingsOf(spec, PLAIN_PROFILE, mixOf(100, 20), 9);
    assert.deepEqual([canPlan, reason, started()], [false, 'no memory', 1]);
    keeper.settingsOf(specOf({ budget: { maxGpus: 3 } }), PLAIN_PROFILE, mixOf(100, 20), 9);
    assert.equal(started(), 2);
  });
});
