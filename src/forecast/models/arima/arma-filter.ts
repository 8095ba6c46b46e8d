/** Coefficients of w[t] - mean = sum ar (w[t-i] - mean) + e[t] + sum ma e[t-i]. */
export interface Arma {
  readonly mean: number;
  readonly ar: readonly number[];
  readonly ma: readonly number[];
}

/** Where the filter stands: the state expected for the row to come and its covariance, in units of the innovation's variance. */
export interface ArmaState {
  readonly expected: Float64Array;
  readonly covariance: Float64Array;
}

/** Takes values one by one and expects the next ones; exact from the first value on (Harvey's state-space form). */
export interface ArmaFilter {
  /** Distance of a value from what was expected; its variance stands in `variance`. NaN only moves time on. */
  take(value: number): number;
  /** Of the value to come, in units of the innovation's variance. */
  variance(): number;
  /** Expected values of the next rows. */
  expect(into: Float64Array): void;
  state(): ArmaState;
}

/** Below this change of the variance the filter has settled, and covariances need no more work. */
const SETTLED = 1e-12;

/** A filter at the start of time, or where another stood. */
export function armaFilter(arma: Arma, from?: ArmaState): ArmaFilter {
  const { mean, ar, ma } = arma;
  const size = Math.max(ar.length, ma.length + 1);
  const noise = Float64Array.from({ length: size }, (_, i) => (i === 0 ? 1 : (ma[i - 1] ?? 0)));
  const phi = Float64Array.from({ length: size }, (_, i) => ar[i] ?? 0);
  let expected: Float64Array = from?.expected.slice() ?? new Float64Array(size);
  let covariance = from?.covariance.slice() ?? stationaryCovariance(phi, noise);
  let settled = false;
  const gain = new Float64Array(size);
  const spread = (): void => {
    covariance = moveCovariance(covariance, phi, noise, size);
  };
  const move = (state: Float64Array): Float64Array =>
    state.map((_, i) => phi[i]! * state[0]! + (i + 1 < size ? state[i + 1]! : 0));
  return {
    take(value) {
      if (Number.isNaN(value)) {
        expected = move(expected);
        settled = false;
        spread();
        return NaN;
      }
      const innovation = value - mean - expected[0]!;
      if (!settled) {
        const variance = covariance[0]!;
        for (let i = 0; i < size; i++) gain[i] = covariance[i * size]! / variance;
        for (let i = 0; i < size; i++)
          for (let j = 0; j < size; j++) covariance[i * size + j]! -= gain[i]! * gain[j]! * variance;
        spread();
        settled = Math.abs(covariance[0]! - variance) <= SETTLED * variance && Math.abs(covariance[0]! - 1) < 1e-9;
      }
      for (let i = 0; i < size; i++) expected[i]! += gain[i]! * innovation;
      const first = expected[0]!;
      for (let i = 0; i < size; i++) expected[i] = phi[i]! * first + (i + 1 < size ? expected[i + 1]! : 0);
      return innovation;
    },
    variance: () => covariance[0]!,
    expect(into) {
      let state: Float64Array = expected.slice();
      for (let step = 0; step < into.length; step++) {
        into[step] = mean + state[0]!;
        state = move(state);
      }
    },
    state: () => ({ expected: expected.slice(), covariance: covariance.slice() }),
  };
}

/** T P T' + R R' for the companion matrix T of `phi`. */
function moveCovariance(p: Float64Array, phi: Float64Array, noise: Float64Array, size: number): Float64Array {
  const at = (i: number, j: number): number => (i < size && j < size ? p[i * size + j]! : 0);
  const next = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++)
      next[i * size + j] =
        phi[i]! * phi[j]! * at(0, 0) +
        phi[i]! * at(0, j + 1) +
        phi[j]! * at(i + 1, 0) +
        at(i + 1, j + 1) +
        noise[i]! * noise[j]!;
  return next;
}

/** The covariance that moving on does not change: sum over k of T^k R R' T'^k, doubled until it stands still. */
function stationaryCovariance(phi: Float64Array, noise: Float64Array): Float64Array {
  const size = phi.length;
  let power: Float64Array = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    power[i * size] = phi[i]!;
    if (i + 1 < size) power[i * size + i + 1] = 1;
  }
  let sum: Float64Array = new Float64Array(size * size);
  for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) sum[i * size + j] = noise[i]! * noise[j]!;
  for (let doubling = 0; doubling < 30; doubling++) {
    const added = multiply(multiply(power, sum, size), transpose(power, size), size);
    sum = sum.map((value, i) => value + added[i]!);
    if (added.every((value, i) => Math.abs(value) <= 1e-14 * Math.abs(sum[0]!) || value === sum[i])) break;
    power = multiply(power, power, size);
  }
  return sum;
}

function multiply(a: Float64Array, b: Float64Array, size: number): Float64Array {
  const product = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let k = 0; k < size; k++)
      for (let j = 0; j < size; j++) product[i * size + j]! += a[i * size + k]! * b[k * size + j]!;
  return product;
}

function transpose(a: Float64Array, size: number): Float64Array {
  return a.map((_, i) => a[(i % size) * size + Math.floor(i / size)]!);
}
