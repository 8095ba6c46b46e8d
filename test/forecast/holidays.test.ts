import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { backtest, featuresOf, loadModel, makeForecaster, saveModel, trainModel } from '../../src/forecast/index.js';
import { FEATURE_NAMES, HOLIDAY } from '../../src/forecast/features/index.js';
import type { TargetSeries } from '../../src/load/index.js';
import { targetFrom, wavyCounts } from '../helpers/targets.js';

const DAYS = 60;
const HOLIDAYS = [
  '2026-03-05',
  '2026-03-12',
  '2026-03-20',
  '2026-03-27',
  '2026-04-04',
  '2026-04-15',
  '2026-04-22',
  '2026-04-28',
];
const dayOf = (bin: number): string => new Date(Date.UTC(2026, 2, 1, bin)).toISOString().slice(0, 10);

/** Hours from 1 March 2026, of which holidays have a fifth of the load. */
const dated: TargetSeries = {
  ...targetFrom(
    wavyCounts(DAYS * 24, 24).map((count, bin) => (HOLIDAYS.includes(dayOf(bin)) ? Math.round(count / 5) : count)),
    3600,
  ),
  startEpochSeconds: Date.UTC(2026, 2, 1) / 1000,
};
const known: TargetSeries = { ...dated, holidays: HOLIDAYS };

const MODELS = ['ridge', 'boosted-poisson'];

describe('holidays as a feature', () => {
  it('are not there unless they are given, and then change nothing', async () => {
    assert.ok(!FEATURE_NAMES.includes(HOLIDAY) && !featuresOf('ensemble').includes(HOLIDAY));
    assert.deepEqual(featuresOf('ridge', known), [...FEATURE_NAMES, HOLIDAY]);
    assert.deepEqual(featuresOf('ewma', known), []);
    for (const name of MODELS) {
      const [plain, none] = [
        makeForecaster(name, { horizon: 2, seed: 1 }),
        makeForecaster(name, { horizon: 2, seed: 1 }),
      ];
      await plain.fit(dated);
      await none.fit({ ...dated, holidays: [] });
      assert.deepEqual(none.forecast(2), plain.forecast(2));
    }
  });

  for (const [name, share] of [
    ['ridge', 0.9],
    ['boosted-poisson', 0.97], // trees that see a third of the columns each meet six holidays seldom
  ] as const)
    it(`let ${name} foresee the first hour of a holiday and the last of it`, async () => {
      const options = { trainBins: 44 * 24, horizons: [1] };
      const [plain, told] = [await backtest(dated, [name], options), await backtest(known, [name], options)];
      assert.ok(told[0]!.nmse! < share * plain[0]!.nmse!, `${told[0]!.nmse!} against ${plain[0]!.nmse!}`);
    });

  it('are kept with a model, so that a coming one is foreseen without being given again', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'foresail-holidays-'));
    try {
      const before = 51 * 24; // the next day is the 22nd of April
      const target = { ...known, values: known.values.subarray(0, before) };
      const given = {
        name: 'mine',
        model: 'ridge',
        horizon: 1,
        seed: 1,
        source: 'hours',
        isModelled: false,
        selection: {},
      };
      const { facts, forecaster } = await trainModel(target, given);
      await saveModel(folder, facts, forecaster);
      const stored = await loadModel(folder);
      assert.equal(stored.manifest.features.at(-1), HOLIDAY);
      for (const row of [before, before + 1]) stored.forecaster.update(known.values.subarray(row, row + 1));
      const row = before + 24; // midnight after the holiday
      stored.forecaster.update(known.values.subarray(before + 2, row));
      const ordinary = makeForecaster('ridge', { horizon: 1, seed: 1 });
      await ordinary.fit({ ...dated, values: dated.values.subarray(0, row) });
      const error = (mean: number): number => Math.abs(mean - known.values[row]!);
      assert.ok(error(stored.forecaster.forecast(1).mean[0]!) < error(ordinary.forecast(1).mean[0]!));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
