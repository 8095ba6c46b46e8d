import type { HistogramParameters } from './histogram-parameters.js';
import { quantileOf } from './select-quantile.js';

/** Rows' labels, weights (null: all 1) and sums of leaves so far. */
export interface LossRows {
  readonly labels: Float32Array;
  readonly weights: Float32Array | null;
  readonly margins: Float32Array;
}

type LossParameters = Pick<HistogramParameters, 'objective' | 'quantileLevel' | 'maxDeltaStep'>;

/** Whether every row's second derivative is 1: then `fillGradients` leaves the hessians alone. */
export function hasUnitHessian({ objective }: LossParameters, weights: Float32Array | null): boolean {
  return objective !== 'poisson' && weights === null;
}

/** Whether leaves are quantiles of their rows' residuals instead of -G / (H + lambda). */
export function refitsLeaves({ objective }: LossParameters): boolean {
  return objective === 'absolute' || objective === 'quantile';
}

/** The level whose quantile the loss is least at. */
export function levelOf({ objective, quantileLevel }: LossParameters): number {
  return objective === 'quantile' ? quantileLevel : 0.5;
}

/**
 * First and second derivatives of the loss at every row (XGBoost's: the second is 1 where it would be 0, and `poisson` takes it
 * at exp(margin + maxDeltaStep), which keeps steps small).
 */
export function fillGradients(
  parameters: LossParameters,
  { labels, weights, margins }: LossRows,
  gradients: Float32Array,
  hessians: Float32Array,
): void {
  if (parameters.objective === 'squared') squaredGradients(margins, labels, gradients);
  else if (parameters.objective === 'poisson')
    poissonGradients(margins, labels, Math.exp(parameters.maxDeltaStep), gradients, hessians);
  else quantileGradients(margins, labels, levelOf(parameters), gradients);
  if (weights === null) return;
  for (let row = 0; row < labels.length; row++) {
    gradients[row] = gradients[row]! * weights[row]!;
    hessians[row] = parameters.objective === 'poisson' ? hessians[row]! * weights[row]! : weights[row]!;
  }
}

function squaredGradients(margins: Float32Array, labels: Float32Array, gradients: Float32Array): void {
  for (let row = 0; row < labels.length; row++) gradients[row] = margins[row]! - labels[row]!;
}

/** 0 where the margin is right: a quantile at which many labels lie leaves their rows at rest and moves the others. */
function quantileGradients(margins: Float32Array, labels: Float32Array, level: number, gradients: Float32Array): void {
  for (let row = 0; row < labels.length; row++) {
    const error = margins[row]! - labels[row]!;
    gradients[row] = error > 0 ? 1 - level : error < 0 ? -level : 0;
  }
}

function poissonGradients(
  margins: Float32Array,
  labels: Float32Array,
  steepness: number,
  gradients: Float32Array,
  hessians: Float32Array,
): void {
  for (let row = 0; row < labels.length; row++) {
    const expected = Math.exp(margins[row]!);
    gradients[row] = expected - labels[row]!;
    hessians[row] = expected * steepness;
  }
}

/** Mean loss of the rows: squared error, pinball loss (half the absolute error at level 0.5), or Poisson deviance / 2 less what no forecast changes. */
export function meanLoss(parameters: LossParameters, { labels, weights, margins }: LossRows): number {
  const level = levelOf(parameters);
  let sum = 0;
  let total = 0;
  for (let row = 0; row < labels.length; row++) {
    const weight = weights === null ? 1 : weights[row]!;
    const error = labels[row]! - margins[row]!;
    let loss: number;
    if (parameters.objective === 'squared') loss = error * error;
    else if (parameters.objective === 'poisson') loss = Math.exp(margins[row]!) - labels[row]! * margins[row]!;
    else loss = error > 0 ? level * error : (level - 1) * error;
    sum += weight * loss;
    total += weight;
  }
  return sum / total;
}

/** The constant, in units of the target, that fits the labels best: mean or quantile; 0.5 where there are none. */
export function bestConstant(parameters: LossParameters, labels: Float32Array, weights: Float32Array | null): number {
  if (labels.length === 0) return 0.5;
  if (refitsLeaves(parameters)) return quantileOf(labels.slice(), weights?.slice() ?? null, levelOf(parameters));
  let sum = 0;
  let total = 0;
  for (let row = 0; row < labels.length; row++) {
    const weight = weights === null ? 1 : weights[row]!;
    sum += weight * labels[row]!;
    total += weight;
  }
  const mean = total > 0 ? sum / total : 0.5;
  return parameters.objective === 'poisson' ? Math.max(mean, 1e-6) : mean;
}
