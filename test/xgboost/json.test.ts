import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { seededRandom } from '../../src/base/index.js';
import {
  contributions,
  predict,
  predictMargins,
  readXgboost,
  trainHistogram,
  treeCount,
  writeXgboost,
  type BoostedModel,
  type FeatureTable,
  type Objective,
} from '../../src/boosting/index.js';
import { friedman } from '../helpers/boosting.js';
import { askXgboost, LIBRARIES } from './oracle.js';

const THEIRS: Record<Objective, Record<string, unknown>> = {
  squared: { objective: 'reg:squarederror' },
  absolute: { objective: 'reg:absoluteerror' },
  quantile: { objective: 'reg:quantileerror', quantile_alpha: 0.9 },
  poisson: { objective: 'count:poisson' },
};

/** Friedman's function with a tenth of the features missing, targets as counts, and offsets on the scale of the margins. */
function exampleOf(objective: Objective): { table: FeatureTable; targets: Float32Array; offsets: Float32Array } {
  const { table, targets } = friedman(3000, 6, 21);
  const random = seededRandom(22, 'missing');
  const values = table.values.map((value) => (random() < 0.1 ? NaN : value));
  const counts = targets.map((target) => Math.max(0, Math.round(target)));
  const offsets = counts.map(
    (count) => (objective === 'poisson' ? Math.log(count + 1) : count) * (0.8 + 0.4 * random()),
  );
  return { table: { ...table, values }, targets: counts, offsets };
}

/** Margins to the last bit; predictions too, save that exp may round the last bit of a float32 otherwise. */
function assertSame(objective: Objective, ours: Float32Array, theirs: Float32Array): void {
  assert.equal(ours.length, theirs.length);
  if (objective !== 'poisson') {
    assert.deepEqual(ours, theirs);
    return;
  }
  ours.forEach((value, row) => {
    assert.ok(Math.abs(value - theirs[row]!) <= 2 ** -23 * value, `row ${row}: ${value} against ${theirs[row]!}`);
  });
}

/** XGBoost sums contributions of 40 trees in float32, and keeps the expected value in their last column. */
function assertSameContributions(model: BoostedModel, table: FeatureTable, theirs: Float32Array): void {
  const { values, expected } = contributions(model, table);
  const width = table.columns + 1;
  theirs.forEach((their, i) => {
    const feature = i % width;
    const ours = feature < table.columns ? values[Math.floor(i / width) * table.columns + feature]! : expected;
    assert.ok(
      Math.abs(ours - their) < 1e-4,
      `row ${Math.floor(i / width)}, feature ${feature}: ${ours} against ${their}`,
    );
  });
}

for (const library of LIBRARIES)
  describe(`the JSON of XGBoost ${library.version}`, () => {
    let folder = '';
    before(() => (folder = mkdtempSync(path.join(tmpdir(), 'foresail-xgboost-'))));
    after(() => rmSync(folder, { recursive: true }));
    const objectives = (Object.keys(THEIRS) as Objective[]).filter(
      (name) => name !== 'quantile' || library.version !== '1.7.4',
    );

    for (const objective of objectives)
      for (const hasOffsets of [false, true]) {
        const { table, targets, offsets } = exampleOf(objective);
        const own = hasOffsets ? { offsets } : {};
        const how = `${objective}${hasOffsets ? ' with offsets' : ''}`;

        it(`${how}: its models predict here what they predict there`, () => {
          const parameters = { ...THEIRS[objective], max_depth: 5, eta: 0.2, subsample: 0.8 };
          const theirs = askXgboost(library, folder, { table, targets, ...own, parameters, trees: 40 });
          const model = readXgboost(theirs.model);
          assert.equal(model.objective, objective);
          assert.equal(treeCount(model), 40);
          assert.deepEqual(predictMargins(model, table, own.offsets), theirs.margins);
          assertSame(objective, predict(model, table, own.offsets), theirs.predictions);
          if (!hasOffsets) assertSameContributions(model, table, theirs.contributions);
        });

        it(`${how}: our models predict there what they predict here, and come back the same`, () => {
          const model = trainHistogram(
            table,
            targets,
            { objective, quantileLevel: 0.9, trees: 40, maxDepth: 5, rowSample: 0.8 },
            own,
          );
          const text = writeXgboost(model, library.version === '1.7.4' ? '1.7' : '3.2');
          const theirs = askXgboost(library, folder, { table, ...own, model: text });
          assert.deepEqual(theirs.margins, predictMargins(model, table, own.offsets));
          assertSame(objective, predict(model, table, own.offsets), theirs.predictions);
          assert.deepEqual(readXgboost(text), { ...model, quantileLevel: model.quantileLevel });
        });
      }
  });
