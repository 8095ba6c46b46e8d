import assert from 'node:assert/strict';
import { normal, seededRandom } from '../../src/base/index.js';
import { armaFilter } from '../../src/forecast/models/arima/arma-filter.js';
import { fitArma } from '../../src/forecast/models/arima/fit-arma.js';
import { diffuseStart, fitDiffuseArma } from '../../src/forecast/models/arima/fit-diffuse-arma.js';

const AR = [0.5, 0.3];
const MA = [0.4, -0.3];

/** Covariances of an ARMA(2, 2) of unit innovations, from its moving average of infinite order. */
function covariances(lags: number): number[] {
  const psi = [1];
  for (let j = 1; j < 400; j++)
    psi.push((MA[j - 1] ?? 0) + AR.reduce((sum, phi, i) => sum + (j - 1 - i >= 0 ? phi * psi[j - 1 - i]! : 0), 0));
  return Array.from({ length: lags }, (_, lag) => psi.slice(lag).reduce((sum, value, j) => sum + value * psi[j]!, 0));
}

/** What each value adds to those before it, and how uncertain that was, by Cholesky's method on the whole covariance matrix. */
function bruteForce(values: readonly number[]): { innovation: number; variance: number }[] {
  const gamma = covariances(values.length);
  const lower = values.map(() => values.map(() => 0));
  const standard: number[] = [];
  return values.map((value, i) => {
    for (let j = 0; j <= i; j++) {
      const known = lower[j]!.slice(0, j).reduce((sum, entry, k) => sum + entry * lower[i]![k]!, 0);
      const rest = gamma[i - j]! - known;
      lower[i]![j] = i === j ? Math.sqrt(rest) : rest / lower[j]![j]!;
    }
    const expected = standard.reduce((sum, z, k) => sum + lower[i]![k]! * z, 0);
    standard.push((value - expected) / lower[i]![i]!);
    return { innovation: value - expected, variance: lower[i]![i]! ** 2 };
  });
}

describe('an ARMA filter', () => {
  it('gives the innovations and variances that the whole covariance matrix gives', () => {
    const values = [1, -0.5, 0.3, 2, -1, 0.7, 0.2, -1.4];
    const filter = armaFilter({ mean: 0, ar: AR, ma: MA });
    for (const { innovation, variance } of bruteForce(values)) {
      assert.ok(Math.abs(filter.variance() - variance) < 1e-9);
      assert.ok(Math.abs(filter.take(values.shift()!) - innovation) < 1e-9);
    }
  });

  it('goes on from its state as if nothing had been', () => {
    const arma = { mean: 3, ar: AR, ma: MA };
    const [whole, half] = [armaFilter(arma), armaFilter(arma)];
    for (const value of [3, 4, 2.5]) for (const filter of [whole, half]) filter.take(value);
    const rest = armaFilter(arma, half.state());
    for (const value of [1, NaN, 5]) assert.deepEqual(rest.take(value), whole.take(value));
    const [a, b] = [new Float64Array(4), new Float64Array(4)];
    whole.expect(a);
    rest.expect(b);
    assert.deepEqual(a, b);
  });

  it('finds planted coefficients', () => {
    const random = seededRandom(7, 'arma');
    const noise = Array.from({ length: 6000 }, () => normal(random));
    const values: number[] = [];
    noise.forEach((e, t) => {
      const past = (list: readonly number[], lag: number): number => list[t - lag] ?? 0;
      values.push(0.8 * past(values, 1) + e - 0.4 * past(noise, 1));
    });
    const { arma } = fitArma(
      Float64Array.from(values, (value) => 10 + value),
      1,
      1,
      true,
    );
    assert.ok(Math.abs(arma.ar[0]! - 0.8) < 0.04 && Math.abs(arma.ma[0]! + 0.4) < 0.06, JSON.stringify(arma));
    assert.ok(Math.abs(arma.mean - 10) < 0.2);
  });
});

/** ARMA(1, 1) around 10 with unit innovations. */
function wandering(ar: number, ma: number, length: number): Float64Array {
  const random = seededRandom(11, 'diffuse');
  let [value, before] = [10, 0];
  return Float64Array.from({ length }, () => {
    const noise = normal(random);
    value = 10 + ar * (value - 10) + noise + ma * before;
    before = noise;
    return value;
  });
}

describe('an ARMA of any coefficients, fitted from a diffuse start', () => {
  it('finds planted coefficients', () => {
    const { ar, ma, mean } = fitDiffuseArma(wandering(0.8, 0.4, 6000), 1, 1, true, 0);
    assert.ok(Math.abs(ar[0]! - 0.8) < 0.03 && Math.abs(ma[0]! - 0.4) < 0.03, `${ar[0]!} ${ma[0]!}`);
    assert.ok(Math.abs(mean - 10) < 0.5, String(mean));
  });

  it('follows a series that grows without bounds, as a stationary one cannot', () => {
    const growing = Float64Array.from({ length: 60 }, (_, i) => 1.1 ** i);
    assert.ok(Math.abs(fitDiffuseArma(growing, 1, 0, false, 0).ar[0]! - 1.1) < 1e-3);
    assert.ok(fitArma(growing, 1, 0, false).arma.ar[0]! < 1);
  });

  it('does not care for the unit', () => {
    const values = wandering(0.6, -0.3, 300);
    const [small, large] = [values, values.map((value) => value * 4096)].map((own) =>
      fitDiffuseArma(own, 1, 1, true, 0),
    );
    assert.deepEqual([large!.ar, large!.ma, large!.mean], [small!.ar, small!.ma, small!.mean * 4096]);
  });

  it('forgets its start: what it expects late in a series is what a stationary start expects', () => {
    const arma = { mean: 10, ar: [0.8], ma: [0.4] };
    const filters = [armaFilter(arma), armaFilter(arma, diffuseStart(arma, 1))];
    for (const value of wandering(0.8, 0.4, 100)) for (const filter of filters) filter.take(value);
    const [stationary, diffuse] = filters.map((filter) => {
      const into = new Float64Array(3);
      filter.expect(into);
      return into;
    });
    stationary!.forEach((value, step) => assert.ok(Math.abs(value - diffuse![step]!) < 1e-6));
  });
});
