import { minimise } from '../../numeric/minimise.js';
import { solvePositive } from '../../numeric/solve.js';
import { armaFilter, type Arma, type ArmaState } from './arma-filter.js';

/** How little is known of the state before the first row, in units of the innovation's variance. */
const DIFFUSE = 1e6;
/** Edges of the first simplex of each search, which starts where the last one ended: one that has shrunk in a valley is opened again. */
const STEPS = [0.2, 0.1, 0.05, 0.05];

/**
 * The likeliest ARMA(p, q) of `values` when its coefficients may be any numbers and nothing is known of its state before the first
 * row: what statsmodels' SARIMAX fits with `enforce_stationarity` and `enforce_invertibility` off. Rows that only place the
 * state do not count in the likelihood.
 *
 * @param unseen rows, 0 or 1, that passed unseen before the first: a differenced series has one
 */
export function fitDiffuseArma(values: Float64Array, p: number, q: number, hasMean: boolean, unseen: number): Arma {
  const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  const scaled = values.map((value) => value / scale);
  const armaOf = (point: ArrayLike<number>): Arma => {
    const ar = Array.from({ length: p }, (_, i) => point[i]!);
    const ma = Array.from({ length: q }, (_, i) => point[p + i]!);
    const rest = 1 - ar.reduce((sum, phi) => sum + phi, 0);
    return { ar, ma, mean: hasMean ? point[p + q]! / rest : 0 };
  };
  const skipped = Math.max(p, q + 1) + (hasMean ? 0 : 1) - unseen;
  const loss = (point: ArrayLike<number>): number => negativeLikelihood(scaled, armaOf(point), skipped, unseen);
  const guess = firstGuess(scaled, p, q, hasMean);
  const found = armaOf(STEPS.reduce((point, step) => minimise(loss, point, step, 150 * guess.length), guess));
  return { ...found, mean: found.mean * scale };
}

/** Where the filter of a diffuse start stands before the first row. */
export function diffuseStart(arma: Arma, unseen: number): ArmaState {
  const size = Math.max(arma.ar.length, arma.ma.length + 1);
  const covariance = new Float64Array(size * size);
  for (let i = 0; i < size; i++) covariance[i * size + i] = DIFFUSE;
  const filter = armaFilter(arma, { expected: new Float64Array(size), covariance });
  for (let row = 0; row < unseen; row++) filter.take(NaN);
  return filter.state();
}

function negativeLikelihood(values: Float64Array, arma: Arma, skipped: number, unseen: number): number {
  if (!Number.isFinite(arma.mean)) return Infinity;
  const filter = armaFilter(arma, diffuseStart(arma, unseen));
  let [count, logs, squares] = [0, 0, 0];
  values.forEach((value, row) => {
    const variance = filter.variance();
    const innovation = filter.take(value);
    if (row < skipped) return;
    count++;
    logs += Math.log(variance);
    squares += (innovation * innovation) / variance;
  });
  return count * Math.log(squares / count) + logs;
}

/**
 * Hannan and Rissanen's first guess: the errors of an autoregression of 2q terms stand for the innovations, and the values are
 * regressed on their own past and on those.
 */
function firstGuess(values: Float64Array, p: number, q: number, hasMean: boolean): Float64Array {
  const long = 2 * q;
  const pure = q > 0 ? regress(values, long, (t) => Array.from({ length: long }, (_, i) => values[t - 1 - i]!)) : new Float64Array(0);
  const errors = values.map((value, t) =>
    t < long ? 0 : value - pure.reduce((sum, phi, i) => sum + phi * values[t - 1 - i]!, 0),
  );
  return regress(values, Math.max(long + q, p), (t) => [
    ...Array.from({ length: p }, (_, i) => values[t - 1 - i]!),
    ...Array.from({ length: q }, (_, i) => errors[t - 1 - i]!),
    ...(hasMean ? [1] : []),
  ]);
}

/** Least squares of the values from row `from` on, on what `rowOf` says of each row; of equally good answers (p > 2q) the shortest. */
function regress(values: Float64Array, from: number, rowOf: (t: number) => number[]): Float64Array {
  const size = rowOf(from).length;
  const [matrix, right] = [new Float64Array(size * size), new Float64Array(size)];
  for (let t = from; t < values.length; t++) {
    const row = rowOf(t);
    for (let i = 0; i < size; i++) {
      right[i]! += row[i]! * values[t]!;
      for (let j = 0; j < size; j++) matrix[i * size + j]! += row[i]! * row[j]!;
    }
  }
  const largest = right.reduce((most, _, i) => Math.max(most, matrix[i * size + i]!), 0);
  for (let i = 0; i < size; i++) matrix[i * size + i]! += 1e-9 * largest;
  return solvePositive(matrix, right);
}
