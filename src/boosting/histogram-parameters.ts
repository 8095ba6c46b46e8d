import type { Objective } from './model.js';
import { boostingParameters, refuseOutside, type BoostingParameters, type Rule } from './parameters.js';

/** How a forest grows on histograms; names and meanings are XGBoost's unless said. */
export interface HistogramParameters extends Omit<BoostingParameters, 'baseScore'> {
  readonly objective: Objective;
  /** Level of objective `quantile`, in (0, 1). */
  readonly quantileLevel: number;
  /** Prediction before the first tree, in units of the target; `fitted` takes the best constant. Rows with offsets start there instead. */
  readonly baseScore: number | 'fitted';
  /** Most bins of a column, 2 to 256; one of them is for missing values where a column has some. */
  readonly maxBins: number;
  /** Share of rows that each tree sees, in (0, 1]. */
  readonly rowSample: number;
  /** Share of columns that each tree sees, in (0, 1]; at least one column. */
  readonly columnSample: number;
  /** Largest absolute leaf value before the learning rate; 0 for no limit. Default 0.7 for `poisson`, else 0. */
  readonly maxDeltaStep: number;
  /** Stop when so many trees have not lowered the loss on the validation rows, and keep the best; 0 never stops. */
  readonly earlyStoppingRounds: number;
  /** Of the samples of rows and columns and of the rounding of gradients; any whole number. */
  readonly seed: number;
}

/** What `trainHistogram` does when told nothing. */
export const HISTOGRAM_DEFAULTS: HistogramParameters = {
  trees: 100,
  maxDepth: 6,
  learningRate: 0.3,
  lambda: 1,
  minChildWeight: 1,
  objective: 'squared',
  quantileLevel: 0.5,
  baseScore: 'fitted',
  maxBins: 256,
  rowSample: 1,
  columnSample: 1,
  maxDeltaStep: 0,
  earlyStoppingRounds: 0,
  seed: 1,
};

const OBJECTIVES: readonly Objective[] = ['squared', 'absolute', 'quantile', 'poisson'];

/**
 * The defaults with what is said instead.
 *
 * @throws RangeError when a parameter is outside its range
 */
export function histogramParameters(given: Partial<HistogramParameters>): HistogramParameters {
  const maxDeltaStep = given.objective === 'poisson' ? 0.7 : 0;
  const all = { ...HISTOGRAM_DEFAULTS, maxDeltaStep, ...given };
  const { baseScore, ...shared } = all;
  boostingParameters({
    trees: shared.trees,
    maxDepth: shared.maxDepth,
    learningRate: shared.learningRate,
    lambda: shared.lambda,
    minChildWeight: shared.minChildWeight,
    ...(baseScore === 'fitted' ? {} : { baseScore }),
  });
  const isShare = (share: number): boolean => share > 0 && share <= 1;
  const rules: Rule[] = [
    ['objective', OBJECTIVES.includes(all.objective), `one of ${OBJECTIVES.join(', ')}`, all.objective],
    ['quantileLevel', all.quantileLevel > 0 && all.quantileLevel < 1, 'in (0, 1)', all.quantileLevel],
    ['baseScore', all.objective !== 'poisson' || baseScore === 'fitted' || baseScore > 0, 'above 0', baseScore],
    ['maxBins', Number.isInteger(all.maxBins) && all.maxBins >= 2 && all.maxBins <= 256, 'from 2 to 256', all.maxBins],
    ['rowSample', isShare(all.rowSample), 'in (0, 1]', all.rowSample],
    ['columnSample', isShare(all.columnSample), 'in (0, 1]', all.columnSample],
    ['maxDeltaStep', all.maxDeltaStep >= 0, 'at least 0', all.maxDeltaStep],
    [
      'earlyStoppingRounds',
      Number.isInteger(all.earlyStoppingRounds) && all.earlyStoppingRounds >= 0,
      'a whole number >= 0',
      all.earlyStoppingRounds,
    ],
    ['seed', Number.isSafeInteger(all.seed), 'a whole number', all.seed],
  ];
  refuseOutside(rules);
  return all;
}
