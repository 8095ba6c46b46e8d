import { predictAt, trainHistogram, type BoostedModel, type HistogramParameters } from '../../boosting/index.js';
import type { Examples } from './examples.js';
import type { Learner, Situation } from './learner.js';

/** What the trees add to: nothing, the level, the last value, or (as a factor) the level. */
export type Baseline = 'nothing' | 'level' | 'last' | 'level-factor';

/** Forests whose predictions are averaged, and what these are added to or multiplied with. */
export interface BoostedLearned {
  readonly kind: 'boosted';
  readonly baseline: Baseline;
  /** Columns of the situation's features that the forests ask for. */
  readonly columns: Int32Array;
  readonly forests: readonly BoostedModel[];
}

/** How a boosted learner differs from the others. */
export interface BoostedRecipe {
  readonly baseline: Baseline;
  readonly features: 'rich' | 'paper';
  readonly objective: 'squared' | 'absolute' | 'quantile' | 'poisson';
  readonly quantileLevel?: number;
}

/** Smallest level that is taken as a factor, in units of the mean. */
const LEAST_LEVEL = 0.05;

const PARAMETERS = {
  maxDepth: 3,
  learningRate: 0.03,
  rowSample: 0.7,
  columnSample: 0.3,
  minChildWeight: 8,
  lambda: 20,
  maxBins: 64,
  trees: 300,
} satisfies Partial<HistogramParameters>;

/** Steps beyond the first take fewer, quicker trees. */
const FAR = { trees: 150, learningRate: 0.05 };
/** Forests of the first step, from samples of their own: their mean errs no more than they do on average. */
const FORESTS = 2;

/** A learner of boosted trees. */
export function boosted(name: string, { baseline, features, ...loss }: BoostedRecipe): Learner {
  return {
    name,
    leastRows: 40,
    learn(examples, seed) {
      const columns =
        features === 'paper' ? examples.paperColumns : Int32Array.from({ length: examples.table.columns }, (_, i) => i);
      const base = examples.targets.map((_, row) => baseOf(baseline, examples.levels[row]!, examples.lasts[row]!));
      const isFactor = baseline === 'level-factor';
      const targets = isFactor ? examples.targets : examples.targets.map((value, row) => value - base[row]!);
      const isFar = examples.step > 1;
      const parameters = {
        ...PARAMETERS,
        ...(isFar ? FAR : {}),
        ...(features === 'paper' ? { columnSample: 1 } : {}),
        ...loss,
      };
      const table = pick(examples.table, columns);
      const extras = isFactor ? { offsets: base.map(Math.log) } : {};
      const seeds = Array.from({ length: isFar ? 1 : FORESTS }, (_, i) => seed + i);
      const forests = seeds.map((own) => trainHistogram(table, targets, { ...parameters, seed: own }, extras));
      return { kind: 'boosted', baseline, columns, forests };
    },
  };
}

/** What the forests expect, in units of the fit's scale. */
export function expectBoosted({ baseline, columns, forests }: BoostedLearned, situation: Situation): number {
  const { features, level, last } = situation;
  const asked = Float32Array.from(columns, (column) => features[column]!);
  const base = baseOf(baseline, level, last);
  const isFactor = baseline === 'level-factor';
  let sum = 0;
  for (const forest of forests)
    sum += isFactor ? predictAt(forest, asked, 0, Math.log(base)) : predictAt(forest, asked);
  return sum / forests.length + (isFactor ? 0 : base);
}

function baseOf(baseline: Baseline, level: number, last: number): number {
  if (baseline === 'nothing') return 0;
  if (baseline === 'last') return last;
  return baseline === 'level' ? level : Math.max(level, LEAST_LEVEL);
}

function pick(table: Examples['table'], columns: Int32Array): Examples['table'] {
  if (columns.length === table.columns) return table;
  const values = new Float32Array(table.rows * columns.length);
  for (let row = 0; row < table.rows; row++)
    for (let i = 0; i < columns.length; i++)
      values[row * columns.length + i] = table.values[row * table.columns + columns[i]!]!;
  return { rows: table.rows, columns: columns.length, values };
}
