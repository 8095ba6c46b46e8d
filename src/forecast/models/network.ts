import { forward, trainNetwork, type Architecture, type Network } from '../../neural/index.js';
import { meanBefore, type History } from '../history.js';
import type { Plain } from '../plain.js';
import type { FitOptions, FittedModel, PointModel } from '../point-model.js';
import { DENSE_FEATURES, denseFeatures, rootOf } from './dense-features.js';
import { bestAlpha, nextLevel } from './ewma.js';

/** What makes one network forecaster differ from another. */
export interface NetworkDesign {
  readonly name: string;
  /** Origins whose feature rows the network reads at once, the newest last; 1: only the present one. */
  readonly steps: number;
  readonly architecture: Architecture;
  readonly epochs: number;
  readonly learningRate: number;
}

/** Origins below which there is nothing to train a network on. */
const LEAST_ROWS = 100;
const VALIDATION_SHARE = 0.15;

/** What a fitted network needs; `net` null where there were too few rows. */
interface NetworkState {
  readonly alpha: number;
  readonly scale: number;
  /** Mean and deviation of each feature in training. */
  readonly centre: Float64Array;
  readonly spread: Float64Array;
  readonly net: Network | null;
  /** Feature rows of the last origins, [steps x features], standardised. */
  readonly recent: Float64Array;
  readonly level: number | null;
}

/**
 * A TensorFlow.js network that corrects the exponentially weighted mean, all steps at once, from lags, rolling windows and the
 * time of day. Deviations are learned in units of the level's square root; an epoch counts only if it helps on the last
 * rows of training, so that with nothing to learn it stays at the mean. Forecasting needs no TensorFlow.js.
 */
export function networkModel(design: NetworkDesign): PointModel {
  return {
    name: design.name,
    memorises: true,
    fit: (history, rows, options) => fit(design, history, rows, options),
    revive: (state) => fitted(design, state as unknown as NetworkState),
  };
}

async function fit(
  design: NetworkDesign,
  history: History,
  rows: number,
  { horizon, seed }: FitOptions,
): Promise<FittedModel> {
  const alpha = bestAlpha(history, rows, 1);
  const scale = meanBefore(history, rows) || 1;
  const { x, y, origins } = examplesOf(history, rows, alpha, scale, horizon);
  const { centre, spread } = standardise(x);
  const { steps, architecture, epochs, learningRate } = design;
  const examples = { rows: origins, inputs: steps * DENSE_FEATURES, targets: horizon, x: windowsOf(x, steps), y };
  const training = { architecture, epochs, learningRate, loss: { kind: 'squared' }, ...rowsFor(origins), seed } as const;
  const net = origins < LEAST_ROWS ? null : await trainNetwork(examples, training);
  const recent = new Float64Array(steps * DENSE_FEATURES);
  return fitted(design, { alpha, scale, centre, spread, net, level: null, recent });
}

function fitted({ steps }: NetworkDesign, state: NetworkState): FittedModel {
  const recent = state.recent.slice();
  const newest = recent.subarray((steps - 1) * DENSE_FEATURES);
  let level = state.level ?? NaN;
  return {
    observe(history, row) {
      level = nextLevel(level, state.alpha, history.filled[row]!);
      if (state.net === null || Number.isNaN(level)) return;
      recent.copyWithin(0, DENSE_FEATURES);
      denseFeatures(history, row + 1, level, state.scale, newest, 0);
      newest.forEach((value, i) => (newest[i] = (value - state.centre[i]!) / state.spread[i]!));
    },
    predict(_history, _origin, into) {
      into.fill(level);
      if (state.net === null || Number.isNaN(level)) return;
      const corrections = forward(state.net, recent);
      const unit = rootOf(level / state.scale) * state.scale;
      for (let step = 0; step < into.length; step++) into[step] = level + corrections[step]! * unit;
    },
    state: () => ({ ...state, recent: recent.slice(), level: Number.isNaN(level) ? null : level }) as unknown as Plain,
  };
}

/** For each row the last `steps` rows up to it, one behind the other; 0 where there were none yet. */
function windowsOf(x: Float32Array, steps: number): Float32Array {
  if (steps === 1) return x;
  const rows = x.length / DENSE_FEATURES;
  const windows = new Float32Array(rows * steps * DENSE_FEATURES);
  for (let row = 0; row < rows; row++) {
    const first = Math.max(0, row - steps + 1);
    const seen = x.subarray(first * DENSE_FEATURES, (row + 1) * DENSE_FEATURES);
    windows.set(seen, (row + 1) * steps * DENSE_FEATURES - seen.length);
  }
  return windows;
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
