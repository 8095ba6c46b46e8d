import { goldenSection } from '../numeric/golden-section.js';
import { meanBefore, type History } from '../history.js';
import type { FittedModel, PointModel } from '../point-model.js';

/** One weight and one level for each step; a level is null before the first observation. */
interface EwmaState {
  readonly alphas: readonly number[];
  readonly levels: readonly (number | null)[];
}

/**
 * Expects the exponentially weighted mean of all rows. Step h has its own weight, which makes the squared h-step error of the
 * fitted rows least. A missing row counts as the value observed before it, in the level and in that error, as in published
 * scores of this baseline.
 */
export const ewma: PointModel = {
  name: 'ewma',
  memorises: false,
  fit(history, rows, { horizon }) {
    const alphas = Array.from({ length: horizon }, (_, step) => bestAlpha(history, rows, step + 1));
    return fitted({ alphas, levels: alphas.map(() => null) });
  },
  revive: (state) => fitted(state as unknown as EwmaState),
};

function fitted({ alphas, levels: start }: EwmaState): FittedModel {
  const levels = start.map((level) => level ?? NaN);
  return {
    observe(history, row) {
      for (let step = 0; step < levels.length; step++)
        levels[step] = nextLevel(levels[step]!, alphas[step]!, history.filled[row]!);
    },
    predict(_history, _origin, into) {
      for (let step = 0; step < into.length; step++) into[step] = levels[step]!;
    },
    state: () => ({ alphas, levels: levels.map((level) => (Number.isNaN(level) ? null : level)) }),
  };
}

/** The level after one more value; the first value is the first level. */
export function nextLevel(level: number, alpha: number, value: number): number {
  if (Number.isNaN(level)) return value;
  return level + alpha * (value - level);
}

/** Origins whose errors do not count, because the first level is still the first value. */
const WARM_UP = 10;

/** The weight of the newest value for forecasts `step` rows ahead, in [0.001, 0.9999]: the best of a grid, refined by golden section. */
export function bestAlpha(history: History, rows: number, step: number): number {
  const low = 0.001;
  const high = 0.9999;
  const scale = meanBefore(history, rows) || 1;
  const loss = (alpha: number): number => squaredError(history, rows, step, alpha, scale);
  const grid = Array.from({ length: 21 }, (_, i) => low + ((high - low) * i) / 20);
  const errors = grid.map(loss);
  const best = errors.indexOf(Math.min(...errors));
  return goldenSection(loss, grid[Math.max(0, best - 1)]!, grid[Math.min(20, best + 1)]!);
}

function squaredError(history: History, rows: number, step: number, alpha: number, scale: number): number {
  let level = NaN;
  const warmUp = rows > 2 * WARM_UP ? WARM_UP : 0;
  let sum = 0;
  for (let row = 0; row + step < rows; row++) {
    level = nextLevel(level, alpha, history.filled[row]!);
    const error = (history.filled[row + step]! - level) / scale;
    if (row >= warmUp && !Number.isNaN(error)) sum += error * error;
  }
  return sum;
}
