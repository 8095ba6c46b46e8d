import { meanBefore, type History } from '../history.js';
import type { FittedModel, PointModel } from '../point-model.js';

/**
 * Expects the exponentially weighted mean of all rows; its weight makes the squared one-step error of the fitted rows least. A
 * missing row counts as the value observed before it, in the level and in that error, as in published scores of this baseline.
 */
export const ewma: PointModel = {
  name: 'ewma',
  memorises: false,
  fit: (history, rows) => fitted(bestAlpha(history, rows), NaN),
  revive(state) {
    const { alpha, level } = state as unknown as { alpha: number; level: number | null };
    return fitted(alpha, level ?? NaN);
  },
};

function fitted(alpha: number, start: number): FittedModel {
  let level = start;
  return {
    observe(history, row) {
      level = nextLevel(level, alpha, history.filled[row]!);
    },
    predict: (_history, _origin, into) => void into.fill(level),
    state: () => ({ alpha, level: Number.isNaN(level) ? null : level }),
  };
}

/** The level after one more value; the first value is the first level. */
export function nextLevel(level: number, alpha: number, value: number): number {
  if (Number.isNaN(level)) return value;
  return level + alpha * (value - level);
}

/** The weight of the newest value, in [0.001, 0.9999]: the best of a grid, refined by golden section. */
export function bestAlpha(history: History, rows: number): number {
  const low = 0.001;
  const high = 0.9999;
  const grid = Array.from({ length: 21 }, (_, i) => low + ((high - low) * i) / 20);
  const errors = grid.map((alpha) => squaredError(history, rows, alpha));
  const best = errors.indexOf(Math.min(...errors));
  return goldenSection(
    (alpha) => squaredError(history, rows, alpha),
    grid[Math.max(0, best - 1)]!,
    grid[Math.min(20, best + 1)]!,
  );
}

function squaredError(history: History, rows: number, alpha: number): number {
  const scale = meanBefore(history, rows) || 1;
  let level = NaN;
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    const error = (history.filled[row]! - level) / scale;
    if (!Number.isNaN(error)) sum += error * error;
    level = nextLevel(level, alpha, history.filled[row]!);
  }
  return sum;
}

function goldenSection(loss: (x: number) => number, from: number, to: number): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [from, to];
  let [a, b] = [high - ratio * (high - low), low + ratio * (high - low)];
  let [lossA, lossB] = [loss(a), loss(b)];
  while (high - low > 1e-5) {
    if (lossA <= lossB) {
      [high, b, lossB] = [b, a, lossA];
      a = high - ratio * (high - low);
      lossA = loss(a);
    } else {
      [low, a, lossA] = [a, b, lossB];
      b = low + ratio * (high - low);
      lossB = loss(b);
    }
  }
  return (low + high) / 2;
}
