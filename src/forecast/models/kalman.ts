import { meanBefore, type History } from '../history.js';
import type { FittedModel, PointModel } from '../point-model.js';
import type { Plain } from '../plain.js';
import { minimise } from '../numeric/minimise.js';

/**
 * Where a Kalman filter stands: level and slope of the row to come, and their covariance in units of the observation's noise.
 * `levelNoise` and `slopeNoise` are ratios to that noise too; a local level has no slope and a slope noise of 0.
 */
interface KalmanState {
  readonly trend: boolean;
  readonly levelNoise: number;
  readonly slopeNoise: number;
  readonly level: number | null;
  readonly slope: number;
  readonly covariance: readonly [number, number, number];
}

/** Expects the level of a random walk seen through noise; their ratio is the likeliest for the fitted rows (Durbin and Koopman, 2.2). */
export const kalmanLevel: PointModel = makeKalman('kalman', false);
/** A local linear trend: the level's slope is a random walk as well; a forecast h rows ahead adds h slopes. */
export const kalmanTrend: PointModel = makeKalman('kalman-trend', true);

function makeKalman(name: string, trend: boolean): PointModel {
  return {
    name,
    memorises: false,
    fit(history, rows) {
      const scale = meanBefore(history, rows) || 1;
      const loss = (point: Float64Array): number => -logLikelihood(history, rows, startOf(trend, point), scale);
      const starts = trend
        ? [-4, -1, 1].flatMap((level) => [-12, -8, -4].map((slope) => [level, slope]))
        : [-8, -6, -4, -2, 0, 2, 4, 8].map((level) => [level]);
      const losses = starts.map((start) => loss(Float64Array.from(start)));
      const best = losses.indexOf(Math.min(...losses));
      return fitted(startOf(trend, best < 0 ? [0, -8] : minimise(loss, starts[best]!, 1, 120)));
    },
    revive: (state) => fitted(state as unknown as KalmanState),
  };
}

function startOf(trend: boolean, logs: ArrayLike<number>): KalmanState {
  const ratio = (log: number): number => Math.exp(Math.min(25, Math.max(-25, log)));
  const slopeNoise = trend ? ratio(logs[1]!) : 0;
  return { trend, levelNoise: ratio(logs[0]!), slopeNoise, level: null, slope: 0, covariance: [0, 0, 0] };
}

/** Of the fitted rows, constants left out, with the observation's variance put at its likeliest. */
function logLikelihood(history: History, rows: number, start: KalmanState, scale: number): number {
  const filter = kalmanFilter(start);
  let [count, logs, squares] = [0, 0, 0];
  for (let row = 0; row < rows; row++) {
    const value = history.filled[row]! / scale;
    if (Number.isNaN(value)) continue;
    const { innovation, variance } = filter.take(value);
    count++;
    if (count <= (start.trend ? 2 : 1)) continue; // the first rows only place the level and slope
    logs += Math.log(variance);
    squares += (innovation * innovation) / variance;
  }
  const n = Math.max(1, count - (start.trend ? 2 : 1));
  return -0.5 * (n * Math.log(squares / n + 1e-300) + logs);
}

interface KalmanFilter {
  /** Takes in a value; gives how far it was from what was expected, and that distance's variance in units of the noise. */
  take(value: number): { innovation: number; variance: number };
  expect(step: number): number;
  state(): KalmanState;
}

function kalmanFilter(start: KalmanState): KalmanFilter {
  const { trend, levelNoise, slopeNoise } = start;
  let { level, slope } = start;
  let [p11, p12, p22] = start.covariance;
  const moveOn = (): void => {
    level = level! + slope;
    p11 += 2 * p12 + p22 + levelNoise;
    p12 += p22;
    p22 += slopeNoise;
  };
  return {
    take(value) {
      if (level === null) {
        level = value;
        [p11, p12, p22] = [1, 0, trend ? 1e4 : 0]; // the slope is not known at all
        moveOn();
        return { innovation: 0, variance: 1 };
      }
      const innovation = value - level;
      const variance = p11 + 1;
      const [gainLevel, gainSlope] = [p11 / variance, p12 / variance];
      level += gainLevel * innovation;
      slope += gainSlope * innovation;
      p22 -= gainSlope * p12;
      p12 -= gainLevel * p12;
      p11 -= gainLevel * p11;
      moveOn();
      return { innovation, variance };
    },
    expect: (step) => (level === null ? NaN : level + step * slope),
    state: () => ({ ...start, level, slope, covariance: [p11, p12, p22] }),
  };
}

function fitted(start: KalmanState): FittedModel {
  const filter = kalmanFilter(start);
  return {
    observe(history, row) {
      const value = history.filled[row]!;
      if (!Number.isNaN(value)) filter.take(value);
    },
    predict(_history, _origin, into) {
      for (let step = 0; step < into.length; step++) into[step] = filter.expect(step);
    },
    state: () => filter.state() as unknown as Plain,
  };
}
