import { meanBefore, type History } from '../history.js';
import type { FittedModel, PointModel } from '../point-model.js';
import { goldenSection } from '../numeric/golden-section.js';

/** Discounted sums of weight times value, and of weights. */
interface WeightedState {
  readonly alpha: number;
  readonly sum: number;
  readonly weight: number;
}

/**
 * The discounted mean in which each row counts as much as the requests behind it (tokens over requests, of mean tokens); a missing
 * row counts nothing. Where values have no weights it is an EWMA that leaves gaps out. The discount makes the squared error of
 * the fitted rows least.
 */
export const weightedEwma: PointModel = {
  name: 'weighted-ewma',
  memorises: false,
  fit(history, rows) {
    const scale = meanBefore(history, rows) || 1;
    const loss = (logit: number): number => squaredError(history, rows, alphaOf(logit), scale);
    const grid = Array.from({ length: 12 }, (_, i) => -7 + i);
    const errors = grid.map(loss);
    const best = grid[errors.indexOf(Math.min(...errors))] ?? -2;
    return fitted({ alpha: alphaOf(goldenSection(loss, best - 1, best + 1, 1e-3)), sum: 0, weight: 0 });
  },
  revive: (state) => fitted(state as unknown as WeightedState),
};

const alphaOf = (logit: number): number => 1 / (1 + Math.exp(-logit));

function squaredError(history: History, rows: number, alpha: number, scale: number): number {
  const { values, weights } = history;
  let [sum, weight, loss] = [0, 0, 0];
  for (let row = 0; row < rows; row++) {
    const value = values[row]! / scale;
    if (weight > 0 && !Number.isNaN(value)) loss += (value - sum / weight) ** 2;
    sum = sum * (1 - alpha) + (Number.isNaN(value) ? 0 : weights[row]! * value);
    weight = weight * (1 - alpha) + weights[row]!;
  }
  return loss;
}

function fitted({ alpha, ...start }: WeightedState): FittedModel {
  let { sum, weight } = start;
  return {
    observe(history, row) {
      const value = history.values[row]!;
      // in a long gap both sums fade alike; they are kept from vanishing
      const keep = weight > 1e-200 ? 1 - alpha : 1;
      sum = sum * keep + (Number.isNaN(value) ? 0 : history.weights[row]! * value);
      weight = weight * keep + history.weights[row]!;
    },
    predict: (_history, _origin, into) => void into.fill(weight > 0 ? sum / weight : NaN),
    state: () => ({ alpha, sum, weight }),
  };
}

/** The same where values are means over requests; where they are not, NaN: an ensemble has the EWMA already. */
export const weightedEwmaOfMeans: PointModel = {
  ...weightedEwma,
  fit(history, rows, options) {
    const isMean = history.weights.subarray(0, rows).some((weight) => weight !== 0 && weight !== 1);
    return isMean ? weightedEwma.fit(history, rows, options) : silent();
  },
  revive: (state) => (state === null ? silent() : weightedEwma.revive(state)),
};

function silent(): FittedModel {
  return { observe: () => undefined, predict: (_history, _origin, into) => void into.fill(NaN), state: () => null };
}
