import { predictAt, trainExact, type BoostedModel } from '../../boosting/index.js';
import { extendCalendar, type History } from '../history.js';
import { type Plain } from '../plain.js';
import { observeNothing, type FittedModel, type PointModel } from '../point-model.js';

const FEATURES = 7;
/** Training rows below which a forest is not worth its name. */
const LEAST_ROWS = 10;
/** Series whose largest value lies between these go in as they are; beyond, float32 squares overflow or no gain counts any more. */
const LARGEST = 2 ** 40;
const SMALLEST = 2 ** -10;

/** One forest for each step, or none where there were too few rows; values are divided by `scale` on the way in. */
interface PaperState {
  readonly scale: number;
  readonly forests: readonly BoostedModel[];
}

/**
 * The recipe of the paper (section 5.4): the last three values, mean and variance of the last hour, hour and weekday, given to
 * gradient boosting with XGBoost's defaults. Step h has its own forest, whose lags and window end h - 1 rows earlier.
 */
export const paper: PointModel = {
  name: 'paper',
  memorises: true,
  fit(history, rows, { horizon }) {
    const scale = scaleOf(history, rows);
    const forests: BoostedModel[] = [];
    for (let step = 1; step <= horizon; step++) {
      const targets = trainingRows(history, rows, step);
      if (targets.length < LEAST_ROWS) break;
      const values = new Float32Array(targets.length * FEATURES);
      targets.forEach((row, i) => paperFeatures(history, row, step, scale, values, i * FEATURES));
      const table = { rows: targets.length, columns: FEATURES, values };
      forests.push(trainExact(table, Float32Array.from(targets, (row) => history.values[row]! / scale)));
    }
    return fitted({ scale, forests });
  },
  revive: (state) => fitted(state as unknown as PaperState),
};

function fitted(state: PaperState): FittedModel {
  const features = new Float32Array(FEATURES);
  return {
    observe: observeNothing,
    predict(history, origin, into) {
      for (let step = 1; step <= into.length; step++) {
        const forest = state.forests[step - 1];
        into[step - 1] = NaN;
        if (forest === undefined) continue;
        paperFeatures(history, origin + step - 1, step, state.scale, features, 0);
        into[step - 1] = predictAt(forest, features) * state.scale;
      }
    },
    state: () => state as unknown as Plain,
  };
}

/** 1, or the power of two that brings the largest value to about LARGEST or to about 1. */
function scaleOf(history: History, rows: number): number {
  let largest = 0;
  for (let row = 0; row < rows; row++) if (history.values[row]! > largest) largest = history.values[row]!;
  if (largest > LARGEST) return 2 ** Math.ceil(Math.log2(largest / LARGEST));
  return largest > 0 && largest < SMALLEST ? 2 ** Math.floor(Math.log2(largest)) : 1;
}

/** Rows that step `step` is trained on: not missing, and with three values behind the origin. */
function trainingRows(history: History, rows: number, step: number): number[] {
  const found: number[] = [];
  for (let row = step + 2; row < rows; row++) if (!Number.isNaN(history.values[row]!)) found.push(row);
  return found;
}

/**
 * Writes the features of target row `row` as seen `step` rows before: lags 1 to 3 from the origin, mean and variance (n - 1) of
 * up to an hour (6 to 60 rows), hour and weekday of the target row. Missing rows count as the value observed before them.
 */
export function paperFeatures(
  history: History,
  row: number,
  step: number,
  scale: number,
  into: Float32Array,
  offset: number,
): void {
  const origin = row - step + 1;
  for (let lag = 1; lag <= 3; lag++) into[offset + lag - 1] = origin >= lag ? history.filled[origin - lag]! / scale : NaN;
  const window = Math.min(60, Math.max(6, Math.floor(3600 / history.grid.binSeconds)));
  const from = Math.max(0, origin - window);
  let sum = 0;
  for (let i = from; i < origin; i++) sum += history.filled[i]! / scale;
  const mean = sum / (origin - from);
  let squares = 0;
  for (let i = from; i < origin; i++) squares += (history.filled[i]! / scale - mean) ** 2;
  into[offset + 3] = mean;
  into[offset + 4] = origin - from < 2 ? NaN : squares / (origin - from - 1);
  extendCalendar(history, row + 1);
  into[offset + 5] = history.hour[row]!;
  into[offset + 6] = history.weekday[row]!;
}
