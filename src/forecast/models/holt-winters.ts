import { meanBefore, rowsPerDay, type History } from '../history.js';
import { minimise } from '../numeric/minimise.js';
import type { Plain } from '../plain.js';
import type { FittedModel, PointModel } from '../point-model.js';

/** Smoothing constants in [0, 1], and where the recursion stands; `season` is empty while there was no whole day. */
interface HoltWintersState {
  readonly alpha: number;
  readonly gamma: number;
  readonly period: number;
  readonly level: number | null;
  readonly season: Float64Array;
  readonly rows: number;
}

/** Days that a fit needs at least; with fewer there is no season to smooth. */
const LEAST_DAYS = 1.5;

const share = (x: number): number => 1 / (1 + Math.exp(-x));
const logit = (p: number): number => Math.log(p / (1 - p));

/** How the smoothing constants are looked for. */
interface Search {
  /** Days at the beginning whose errors do not count. */
  readonly settlingDays: number;
  /** Logits of alpha and gamma; the search goes on from the best. */
  readonly starts: readonly (readonly [number, number])[];
  /** As in `minimise`. */
  readonly step: number | readonly number[];
  readonly evaluations: number;
}

/**
 * Holt-Winters with a level and an additive daily season, no trend; both smoothing constants make the squared one-step error
 * of the fitted rows least. The first day gives the first level and season. A missing row counts as the value before it.
 */
export const holtWinters: PointModel = makeHoltWinters({
  settlingDays: 1,
  starts: [0.1, 0.5, 0.9].flatMap((alpha) => [0.05, 0.3].map((gamma) => [logit(alpha), logit(gamma)] as const)),
  step: 0.5,
  evaluations: 80,
});

/**
 * As the reference of the scoreboard fits it: judged from the third day on, from one start, with the first simplex of SciPy's
 * Nelder-Mead, which matters on two and a half days, where there are several minima.
 */
export const referenceHoltWinters: PointModel = makeHoltWinters({
  settlingDays: 2,
  starts: [[0, -2]],
  step: [0.00025, -0.1],
  evaluations: 400,
});

function makeHoltWinters({ settlingDays, starts, step, evaluations }: Search): PointModel {
  return {
    name: 'holt-winters',
    memorises: false,
    fit(history, rows) {
      const period = rowsPerDay(history);
      const scale = meanBefore(history, rows) || 1;
      const blank = { period, level: null, season: new Float64Array(0), rows: 0 };
      if (period < 2 || rows < LEAST_DAYS * period) return fitted({ ...blank, alpha: 0.5, gamma: 0, period: 0 });
      const from = settlingDays * period;
      const loss = (point: ArrayLike<number>): number =>
        squaredError(history, from, rows, { ...blank, alpha: share(point[0]!), gamma: share(point[1]!) }, scale);
      const errors = starts.map(loss);
      const best = minimise(loss, starts[errors.indexOf(Math.min(...errors))]!, step, evaluations);
      return fitted({ ...blank, alpha: share(best[0]!), gamma: share(best[1]!) });
    },
    revive: (state) => fitted(state as unknown as HoltWintersState),
  };
}

function squaredError(history: History, from: number, rows: number, start: HoltWintersState, scale: number): number {
  const model = smoother(start);
  let sum = 0;
  for (let row = 0; row < from; row++) model.take(history, row);
  for (let row = from; row < rows; row++) {
    const error = (history.filled[row]! - model.expect(row)) / scale;
    if (!Number.isNaN(error)) sum += error * error;
    model.take(history, row);
  }
  return sum;
}

interface Smoother {
  expect(row: number): number;
  take(history: History, row: number): void;
  state(): HoltWintersState;
}

function smoother({ alpha, gamma, period, ...start }: HoltWintersState): Smoother {
  let { rows } = start;
  let level = start.level ?? NaN;
  let season = start.season.slice();
  const begin = (history: History): void => {
    const first = history.filled.subarray(0, period);
    if (period === 0 || Number.isNaN(first[period - 1]!)) return;
    const known = first.filter((value) => !Number.isNaN(value));
    level = known.reduce((sum, value) => sum + value / known.length, 0);
    season = first.map((value) => (Number.isNaN(value) ? 0 : value - level));
  };
  return {
    expect: (row) => (season.length === 0 ? NaN : level + season[row % period]!),
    take(history, row) {
      rows = row + 1;
      if (season.length === 0) {
        if (rows === period || (period > 0 && rows > period && rows % period === 0)) begin(history);
        return;
      }
      const value = history.filled[row]!;
      const slot = row % period;
      level = alpha * (value - season[slot]!) + (1 - alpha) * level;
      season[slot] = gamma * (value - level) + (1 - gamma) * season[slot]!;
    },
    state: () => ({ alpha, gamma, period, level: Number.isNaN(level) ? null : level, season, rows }),
  };
}

function fitted(start: HoltWintersState): FittedModel {
  const model = smoother(start);
  return {
    observe: (history, row) => model.take(history, row),
    predict(_history, origin, into) {
      for (let step = 0; step < into.length; step++) into[step] = model.expect(origin + step);
    },
    state: () => model.state() as unknown as Plain,
  };
}
