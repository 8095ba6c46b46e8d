import { predictAt, trainHistogram, type BoostedModel, type HistogramParameters } from '../../boosting/index.js';
import type { Examples } from './examples.js';
import type { Learner, Situation } from './learner.js';

/** What the trees add to: nothing, the level, the last value, or (as a factor) the level. */
export type Baseline = 'nothing' | 'level' | 'last' | 'level-factor';

/** A forest, and what its predictions are added to or multiplied with. */
export interface BoostedLearned {
  readonly kind: 'boosted';
  readonly baseline: Baseline;
  /** Columns of the situation's features that the forest asks for. */
  readonly columns: Int32Array;
  readonly forest: BoostedModel;
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

/** A learner of boosted trees; steps beyond the first take fewer, quicker trees. */
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
      const shape = examples.step === 1 ? {} : { trees: 150, learningRate: 0.05 };
      const forest = trainHistogram(
        pick(examples.table, columns),
        targets,
        { ...PARAMETERS, ...shape, ...(features === 'paper' ? { columnSample: 1 } : {}), ...loss, seed },
        isFactor ? { offsets: base.map(Math.log) } : {},
      );
      return { kind: 'boosted', baseline, columns, forest };
    },
  };
}

/** What a forest expects, in units of the fit's scale. */
export function expectBoosted({ baseline, columns, forest }: BoostedLearned, situation: Situation): number {
  const { features, level, last } = situation;
  const asked = Float32Array.from(columns, (column) => features[column]!);
  const base = baseOf(baseline, level, last);
  if (baseline === 'level-factor') return predictAt(forest, asked, 0, Math.log(base));
  return base + predictAt(forest, asked);
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
