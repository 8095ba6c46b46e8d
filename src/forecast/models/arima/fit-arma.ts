import { minimise } from '../../numeric/minimise.js';
import { armaFilter, type Arma } from './arma-filter.js';

/** A fitted ARMA and how likely its rows are; `aic` counts the innovation's variance as a parameter. */
export interface ArmaFit {
  readonly arma: Arma;
  readonly logLikelihood: number;
  readonly aic: number;
}

/**
 * The likeliest stationary and invertible ARMA(p, q) of `values`: exact Gaussian likelihood, the innovation's variance at its
 * likeliest, coefficients searched as partial autocorrelations (Monahan 1984). NaN is a missing value.
 *
 * @param hasMean whether the mean is fitted; else it is 0
 */
export function fitArma(values: Float64Array, p: number, q: number, hasMean: boolean): ArmaFit {
  const { centre, spread } = momentsOf(values);
  if (!(spread > 0)) return { arma: { mean: hasMean ? centre : 0, ar: zeros(p), ma: zeros(q) }, logLikelihood: 0, aic: 0 };
  const scaled = values.map((value) => (value - (hasMean ? centre : 0)) / spread);
  const armaOf = (point: ArrayLike<number>): Arma => ({
    mean: hasMean ? point[p + q]! : 0,
    ar: coefficientsOf(Array.from({ length: p }, (_, i) => point[i]!)),
    ma: coefficientsOf(Array.from({ length: q }, (_, i) => point[p + i]!)).map((value) => -value),
  });
  const loss = (point: ArrayLike<number>): number => -logLikelihood(scaled, armaOf(point));
  const starts = startingPoints(p, q).map((point) => (hasMean ? [...point, 0] : point));
  const losses = starts.map(loss);
  const start = starts[losses.indexOf(Math.min(...losses))] ?? starts[0]!;
  const rough = minimise(loss, start, 0.4, 60 + 60 * start.length);
  const best = armaOf(minimise(loss, rough, 0.1, 60 + 60 * start.length));
  const likelihood = logLikelihood(scaled, best) - values.length * Math.log(spread);
  const parameters = p + q + (hasMean ? 1 : 0) + 1;
  const arma = { ...best, mean: hasMean ? centre + spread * best.mean : 0 };
  return { arma, logLikelihood: likelihood, aic: 2 * parameters - 2 * likelihood };
}

const zeros = (count: number): number[] => new Array<number>(count).fill(0);

function momentsOf(values: Float64Array): { centre: number; spread: number } {
  const known = values.filter((value) => !Number.isNaN(value));
  const centre = known.reduce((sum, value) => sum + value / known.length, 0);
  const largest = known.reduce((most, value) => Math.max(most, Math.abs(value - centre)), 0);
  const squares = known.reduce((sum, value) => sum + ((value - centre) / largest) ** 2, 0);
  return { centre, spread: largest > 0 ? largest * Math.sqrt(squares / known.length) : 0 };
}

/** Starts from which a simplex finds the usual shapes of load: slow decay with a quick echo, alternating, and none. */
function startingPoints(p: number, q: number): number[][] {
  const shapes: [number, number][] = [
    [0, 0],
    [2, 0],
    [2, 0.8],
    [0.7, 0],
    [3, 1.2],
  ];
  return shapes.map(([ar, ma]) => [
    ...Array.from({ length: p }, (_, i) => (i === 0 ? ar : 0.1)),
    ...Array.from({ length: q }, (_, i) => (i === 0 ? ma : 0)),
  ]);
}

/** Coefficients of a stationary autoregression from any numbers, by Durbin's recursion on partial autocorrelations. */
function coefficientsOf(free: readonly number[]): number[] {
  let coefficients: number[] = [];
  free.forEach((value, k) => {
    const partial = value / Math.sqrt(1 + value * value);
    const before = coefficients;
    coefficients = before.map((own, i) => own - partial * before[k - 1 - i]!);
    coefficients.push(partial);
  });
  return coefficients;
}

function logLikelihood(values: Float64Array, arma: Arma): number {
  const filter = armaFilter(arma);
  let [count, logs, squares] = [0, 0, 0];
  for (const value of values) {
    const variance = filter.variance();
    const innovation = filter.take(value);
    if (Number.isNaN(innovation)) continue;
    count++;
    logs += Math.log(variance);
    squares += (innovation * innovation) / variance;
  }
  return -0.5 * (count * (Math.log((2 * Math.PI * squares) / count) + 1) + logs);
}
