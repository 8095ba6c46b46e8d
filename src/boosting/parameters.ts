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
  const rules: [keyof BoostingParameters, boolean, string][] = [
    ['trees', Number.isInteger(parameters.trees) && parameters.trees >= 0, 'a whole number >= 0'],
    ['maxDepth', Number.isInteger(parameters.maxDepth) && parameters.maxDepth >= 1, 'a whole number >= 1'],
    ['learningRate', parameters.learningRate > 0 && parameters.learningRate <= 1, 'in (0, 1]'],
    ['lambda', parameters.lambda >= 0, 'at least 0'],
    ['minChildWeight', parameters.minChildWeight >= 0, 'at least 0'],
    ['baseScore', Number.isFinite(parameters.baseScore), 'a finite number'],
  ];
  for (const [name, holds, rule] of rules)
    if (!holds) throw new RangeError(`Cannot train: ${name} must be ${rule}, got ${parameters[name]}`);
  return parameters;
}
