import { forward, trainDense, type DenseNet } from '../../neural/index.js';
import { meanBefore, type History } from '../history.js';
import type { Plain } from '../plain.js';
import type { FitOptions, FittedModel, PointModel } from '../point-model.js';
import { DENSE_FEATURES, denseFeatures, rootOf } from './dense-features.js';
import { bestAlpha, nextLevel } from './ewma.js';

/** Origins below which there is nothing to train a network on. */
const LEAST_ROWS = 100;
const VALIDATION_SHARE = 0.15;
const NETWORK = { hidden: [24, 12], loss: { kind: 'squared' }, epochs: 14, learningRate: 0.003 } as const;

/** What a fitted network needs; `net` null where there were too few rows. */
interface DenseState {
  readonly alpha: number;
  readonly scale: number;
  /** Mean and deviation of each feature in training. */
  readonly centre: Float64Array;
  readonly spread: Float64Array;
  readonly net: DenseNet | null;
  readonly level: number | null;
}

/**
 * A small TensorFlow.js network that corrects the exponentially weighted mean, all steps at once, from lags, rolling windows
 * and the time of day. Deviations are learned in units of the level's square root; an epoch counts only if it helps on the last
 * rows of training, so that with nothing to learn it stays at the mean. Forecasting needs no TensorFlow.js.
 */
export const dense: PointModel = {
  name: 'dense',
  memorises: true,
  fit,
  revive: (state) => fitted(state as unknown as DenseState),
};

async function fit(history: History, rows: number, { horizon, seed }: FitOptions): Promise<FittedModel> {
  const alpha = bestAlpha(history, rows, 1);
  const scale = meanBefore(history, rows) || 1;
  const { x, y, origins } = examplesOf(history, rows, alpha, scale, horizon);
  const { centre, spread } = standardise(x);
  const examples = { rows: origins, inputs: DENSE_FEATURES, targets: horizon, x, y };
  const training = { ...NETWORK, ...rowsFor(origins), seed };
  const net = origins < LEAST_ROWS ? null : await trainDense(examples, training);
  return fitted({ alpha, scale, centre, spread, net, level: null });
}

function fitted(state: DenseState): FittedModel {
  const features = new Float64Array(DENSE_FEATURES);
  let level = state.level ?? NaN;
  return {
    observe(history, row) {
      level = nextLevel(level, state.alpha, history.filled[row]!);
    },
    predict(history, origin, into) {
      into.fill(level);
      if (state.net === null || Number.isNaN(level)) return;
      denseFeatures(history, origin, level, state.scale, features, 0);
      features.forEach((value, i) => (features[i] = (value - state.centre[i]!) / state.spread[i]!));
      const corrections = forward(state.net, features);
      const unit = rootOf(level / state.scale) * state.scale;
      for (let step = 0; step < into.length; step++) into[step] = level + corrections[step]! * unit;
    },
    state: () => ({ ...state, level: Number.isNaN(level) ? null : level }) as unknown as Plain,
  };
}

/** Batches so small that an epoch of a short series still takes some steps, and rows that choose the best epoch. */
function rowsFor(origins: number): { batchRows: number; validationRows: number } {
  const batchRows = Math.min(256, Math.max(32, Math.floor(origins / 28)));
  return { batchRows, validationRows: Math.floor(origins * VALIDATION_SHARE) };
}

/** Features of every origin that has a level, and the deviations from it that followed; NaN where missing or beyond `rows`. */
function examplesOf(
  history: History,
  rows: number,
  alpha: number,
  scale: number,
  horizon: number,
): { x: Float32Array; y: Float32Array; origins: number } {
  const x = new Float32Array(rows * DENSE_FEATURES);
  const y = new Float32Array(rows * horizon);
  let origins = 0;
  let level = NaN;
  for (let origin = 0; origin < rows; origin++) {
    if (!Number.isNaN(level)) {
      denseFeatures(history, origin, level, scale, x, origins * DENSE_FEATURES);
      const unit = rootOf(level / scale) * scale;
      for (let step = 0; step < horizon; step++)
        y[origins * horizon + step] = origin + step < rows ? (history.values[origin + step]! - level) / unit : NaN;
      origins++;
    }
    level = nextLevel(level, alpha, history.filled[origin]!);
  }
  return { x: x.subarray(0, origins * DENSE_FEATURES), y: y.subarray(0, origins * horizon), origins };
}

/** Brings each feature to mean 0 and deviation 1, in place; tells what was done. A constant feature becomes 0. */
function standardise(x: Float32Array): { centre: Float64Array; spread: Float64Array } {
  const rows = x.length / DENSE_FEATURES;
  const centre = new Float64Array(DENSE_FEATURES);
  const spread = new Float64Array(DENSE_FEATURES);
  x.forEach((value, i) => (centre[i % DENSE_FEATURES]! += value / rows));
  x.forEach((value, i) => (spread[i % DENSE_FEATURES]! += (value - centre[i % DENSE_FEATURES]!) ** 2 / rows));
  spread.forEach((squares, feature) => (spread[feature] = Math.sqrt(squares) || 1));
  x.forEach((value, i) => {
    const feature = i % DENSE_FEATURES;
    x[i] = (value - centre[feature]!) / spread[feature]!;
  });
  return { centre, spread };
}
