import { solveSymmetric } from './least-squares.js';

const ROUNDS = 40;
const STEP = 0.03;

/** Steps of the search along the coordinates, which ends the fit where slopes mislead. */
const POLISH = [0.2, 0.1, 0.05, 0.02, 0.01, 0.005];

/**
 * Nonlinear least squares by Levenberg and Marquardt's damped steps, with slopes from differences: for functions that jump a little,
 * the differences are taken over `STEP`, not over an instant.
 *
 * @param residuals of a point; as many each time
 * @param start where the search starts, in coordinates for which a change of 0.01 is small
 * @returns the best point found and half its sum of squares
 */
export function minimiseSquares(
  residuals: (point: readonly number[]) => Float64Array,
  start: readonly number[],
): { readonly point: readonly number[]; readonly loss: number } {
  let point = start;
  let at = residuals(point);
  let loss = halfSquares(at);
  let damping = 0.1;
  for (let round = 0; round < ROUNDS && damping < 1e8; round++) {
    const slopes = point.map((value, i) => {
      const moved = residuals(point.with(i, value + STEP));
      return moved.map((residual, row) => (residual - at[row]!) / STEP);
    });
    const gram = slopes.map((a) => slopes.map((b) => dot(a, b)));
    const gradient = slopes.map((a) => -dot(a, at));
    const before = loss;
    for (; damping < 1e8; damping *= 4) {
      const step = solveSymmetric(
        gram.map((row, i) => row.map((value, j) => (i === j ? value * (1 + damping) + 1e-12 : value))),
        gradient,
      );
      if (!step) continue;
      const next = point.map((value, i) => value + Math.max(-1, Math.min(1, step[i]!)));
      const there = residuals(next);
      const nextLoss = halfSquares(there);
      if (!(nextLoss < loss)) continue;
      [point, at, loss] = [next, there, nextLoss];
      damping = Math.max(1e-6, damping / 10);
      break;
    }
    if (before - loss < 1e-7 * before) break;
  }
  return polish(residuals, point, loss);
}

/** Tries a step either way along each coordinate, as long as one helps, with ever smaller steps. */
function polish(
  residuals: (point: readonly number[]) => Float64Array,
  from: readonly number[],
  lossThere: number,
): { readonly point: readonly number[]; readonly loss: number } {
  let point = from;
  let loss = lossThere;
  for (const step of POLISH)
    for (let round = 0, helped = true; helped && round < 5; round++) {
      helped = false;
      for (let i = 0; i < point.length; i++)
        for (const move of [step, -step]) {
          const next = point.with(i, point[i]! + move);
          const there = halfSquares(residuals(next));
          if (!(there < loss)) continue;
          [point, loss, helped] = [next, there, true];
          break;
        }
    }
  return { point, loss };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function halfSquares(residuals: Float64Array): number {
  return dot(residuals, residuals) / 2;
}
