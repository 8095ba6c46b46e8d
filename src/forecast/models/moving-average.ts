import { meanBefore, type History } from '../history.js';
import { observeNothing, type FittedModel, type PointModel } from '../point-model.js';

const WINDOWS = [2, 3, 6, 12, 30, 60];

/**
 * Expects the mean of the last rows; how many, of 2, 3, 6, 12, 30 and 60, the least squared one-step error tells. A missing row
 * counts as the value observed before it, in the mean and in that error.
 */
export const movingAverage: PointModel = {
  name: 'moving-average',
  memorises: false,
  fit(history, rows) {
    const errors = WINDOWS.map((window) => squaredError(history, rows, window));
    return fitted(WINDOWS[errors.indexOf(Math.min(...errors))]!);
  },
  revive: (state) => fitted(state as number),
};

function fitted(window: number): FittedModel {
  return {
    observe: observeNothing,
    predict: (history, origin, into) => void into.fill(windowMean(history, origin, window)),
    state: () => window,
  };
}

/** Mean of the last `window` rows below `origin`, fewer at the start; rows before the first observation are left out. */
function windowMean(history: History, origin: number, window: number): number {
  let sum = 0;
  let count = 0;
  for (let row = Math.max(0, origin - window); row < origin; row++) {
    const value = history.filled[row]!;
    if (Number.isNaN(value)) continue;
    sum += value / window;
    count++;
  }
  return (sum * window) / count;
}

function squaredError(history: History, rows: number, window: number): number {
  const scale = meanBefore(history, rows) || 1;
  let sum = 0;
  for (let row = 1; row < rows; row++) {
    const error = (history.filled[row]! - windowMean(history, row, window)) / scale;
    if (!Number.isNaN(error)) sum += error * error;
  }
  return sum;
}
