import { solvePositive } from '../numeric/solve.js';
import type { Examples } from './examples.js';
import type { Learner, Situation } from './learner.js';

/** What a line is fitted to: differences to the level, the same in units of its root, or differences of roots. */
export type RidgeTarget = 'difference' | 'spread' | 'root';

/** A linear function of standardised features that is added to the level, or to its root. */
export interface RidgeLearned {
  readonly kind: 'ridge';
  readonly target: RidgeTarget;
  readonly centre: Float64Array;
  readonly spread: Float64Array;
  readonly weights: Float64Array;
  readonly intercept: number;
  /** Mean squared error on the root scale: what squaring a forecast of the root misses of the mean. */
  readonly smear: number;
}

/** Penalties that are tried, in units of the number of rows. */
const PENALTIES = [0.001, 0.01, 0.1, 1];
/** Rows before this share fit a penalty, those after it judge it. */
const JUDGED_FROM = 0.75;

/**
 * Ridge regression of what comes above the level on all features; with `root`, of roots above the level's root, squared and
 * smeared back (Duan 1983). The penalty is the one that does best on the last quarter of the rows.
 */
export function ridge(name: string, target: RidgeTarget): Learner {
  return {
    name,
    leastRows: 30,
    learn(examples) {
      const { table } = examples;
      const { centre, spread } = momentsOf(examples);
      const x = standardised(examples, centre, spread);
      const y = examples.targets.map((value, row) => targetOf(target, value, examples.levels[row]!));
      const split = Math.floor(table.rows * JUDGED_FROM);
      const early = normalEquations(x, y, 0, split, table.columns);
      const losses = PENALTIES.map((penalty) => {
        const { weights, intercept } = solve(early, split, penalty);
        return squaredError(x, y, split, table.rows, weights, intercept);
      });
      const penalty = PENALTIES[losses.indexOf(Math.min(...losses))] ?? 0.1;
      const { weights, intercept } = solve(normalEquations(x, y, 0, table.rows, table.columns), table.rows, penalty);
      const smear = target === 'root' ? squaredError(x, y, 0, table.rows, weights, intercept) / table.rows : 0;
      return { kind: 'ridge', target, centre, spread, weights, intercept, smear };
    },
  };
}

/** What a ridge regression expects, in units of the fit's scale. */
export function expectRidge(learned: RidgeLearned, { features, level }: Situation): number {
  const { centre, spread, weights } = learned;
  let sum = learned.intercept;
  for (let i = 0; i < weights.length; i++) {
    const value = (features[i]! - centre[i]!) / spread[i]!;
    if (Number.isFinite(value)) sum += weights[i]! * Math.max(-LIMIT, Math.min(LIMIT, value));
  }
  if (learned.target === 'difference') return level + sum;
  if (learned.target === 'spread') return level + sum * rootOf(level);
  return Math.max(0, Math.sqrt(level) + sum) ** 2 + learned.smear;
}

function targetOf(target: RidgeTarget, value: number, level: number): number {
  if (target === 'root') return Math.sqrt(value) - Math.sqrt(level);
  return (value - level) / (target === 'spread' ? rootOf(level) : 1);
}

/** The unit in which counts spread around a level, kept up near 0. */
function rootOf(level: number): number {
  return Math.sqrt(Math.max(level, 0.05));
}

/** Standardised features are kept within so many deviations: a line goes on for ever, a load does not. */
const LIMIT = 8;

function momentsOf({ table }: Examples): { centre: Float64Array; spread: Float64Array } {
  const { rows, columns, values } = table;
  const centre = new Float64Array(columns);
  const squares = new Float64Array(columns);
  const counts = new Float64Array(columns);
  for (let i = 0; i < rows * columns; i++) {
    const value = values[i]!;
    if (Number.isNaN(value)) continue;
    const column = i % columns;
    const distance = value - centre[column]!;
    centre[column]! += distance / ++counts[column]!;
    squares[column]! += distance * (value - centre[column]!);
  }
  const spread = squares.map((sum, column) => Math.sqrt(sum / Math.max(1, counts[column]!)) || 1);
  return { centre, spread };
}

/** Missing features become the mean, 0. */
function standardised({ table }: Examples, centre: Float64Array, spread: Float64Array): Float64Array {
  return Float64Array.from(table.values, (raw, i) => {
    const column = i % table.columns;
    const value = (raw - centre[column]!) / spread[column]!;
    return Number.isFinite(value) ? Math.max(-LIMIT, Math.min(LIMIT, value)) : 0;
  });
}

interface Normal {
  /** X'X and X'y with a last column of ones. */
  readonly matrix: Float64Array;
  readonly right: Float64Array;
}

function normalEquations(x: Float64Array, y: Float64Array, from: number, to: number, columns: number): Normal {
  const size = columns + 1;
  const matrix = new Float64Array(size * size);
  const right = new Float64Array(size);
  const row = new Float64Array(size);
  row[columns] = 1;
  for (let i = from; i < to; i++) {
    row.set(x.subarray(i * columns, (i + 1) * columns));
    for (let a = 0; a < size; a++) {
      const value = row[a]!;
      right[a]! += value * y[i]!;
      if (value !== 0) for (let b = 0; b <= a; b++) matrix[a * size + b]! += value * row[b]!;
    }
  }
  for (let a = 0; a < size; a++) for (let b = 0; b < a; b++) matrix[b * size + a] = matrix[a * size + b]!;
  return { matrix, right };
}

function solve({ matrix, right }: Normal, rows: number, penalty: number): { weights: Float64Array; intercept: number } {
  const size = right.length;
  const penalised = matrix.slice();
  for (let i = 0; i < size - 1; i++) penalised[i * size + i]! += penalty * rows + 1e-9;
  penalised[size * size - 1]! += 1e-9;
  const solution = solvePositive(penalised, right);
  return { weights: solution.slice(0, size - 1), intercept: solution[size - 1]! };
}

function squaredError(
  x: Float64Array,
  y: Float64Array,
  from: number,
  to: number,
  weights: Float64Array,
  intercept: number,
): number {
  let sum = 0;
  for (let row = from; row < to; row++) {
    let expected = intercept;
    for (let i = 0; i < weights.length; i++) expected += weights[i]! * x[row * weights.length + i]!;
    sum += (y[row]! - expected) ** 2;
  }
  return sum;
}
