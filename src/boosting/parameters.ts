/** How a forest grows; the names and meanings are XGBoost's. */
export interface BoostingParameters {
  readonly trees: number;
  readonly maxDepth: number;
  /** Eta, in (0, 1]. */
  readonly learningRate: number;
  /** L2 penalty on leaf values, at least 0. */
  readonly lambda: number;
  /** Least sum of hessians (rows, for squared error) in a child. */
  readonly minChildWeight: number;
  readonly baseScore: number;
}

/** What `XGBRegressor()` of XGBoost 1.7 does when told nothing. */
export const XGBOOST_DEFAULTS: BoostingParameters = {
  trees: 100,
  maxDepth: 6,
  learningRate: 0.3,
  lambda: 1,
  minChildWeight: 1,
  baseScore: 0.5,
};

/**
 * The defaults with what is said instead.
 *
 * @throws RangeError when a parameter is outside its range
 */
export function boostingParameters(given: Partial<BoostingParameters>): BoostingParameters {
  const parameters = { ...XGBOOST_DEFAULTS, ...given };
  refuseOutside([
    ['trees', Number.isInteger(parameters.trees) && parameters.trees >= 0, 'a whole number >= 0', parameters.trees],
    [
      'maxDepth',
      Number.isInteger(parameters.maxDepth) && parameters.maxDepth >= 1,
      'a whole number >= 1',
      parameters.maxDepth,
    ],
    ['learningRate', parameters.learningRate > 0 && parameters.learningRate <= 1, 'in (0, 1]', parameters.learningRate],
    ['lambda', parameters.lambda >= 0, 'at least 0', parameters.lambda],
    ['minChildWeight', parameters.minChildWeight >= 0, 'at least 0', parameters.minChildWeight],
    ['baseScore', Number.isFinite(parameters.baseScore), 'a finite number', parameters.baseScore],
  ]);
  return parameters;
}

/** A parameter's name, whether its rule holds, the rule in words, and what was given. */
export type Rule = readonly [name: string, holds: boolean, rule: string, found: number | string];

/**
 * Refuses the first parameter whose rule does not hold.
 *
 * @throws RangeError
 */
export function refuseOutside(rules: readonly Rule[]): void {
  for (const [name, holds, rule, found] of rules)
    if (!holds) throw new RangeError(`Cannot train: ${name} must be ${rule}, got ${found}`);
}
