import { gamma, type Random } from '../../base/index.js';
import { addGap, fitGamma, type GapSums } from '../statistics/gamma-fit.js';
import type { WindowPlan } from './plan-windows.js';

/** Windows of at least so many expected requests are drawn until their sample is close to its law. */
const FEWEST_CHECKED = 150;
const CLOSE = 0.05;
const MOST_TRIES = 60;

/**
 * Arrivals of one window after another: a renewal process with Gamma gaps, run in units of the window's mean gap, so that a gap
 * that reaches over an edge is stretched to each side's own rate and no edge shows.
 *
 * A window of 150 requests or more is drawn anew, up to 60 times, until shape and scale fitted to its own gaps lie within 5 % of
 * the law's: a user who asks for α and β gets them in each window, not in the mean over many.
 *
 * @returns the arrivals of the next window, ascending
 */
export function windowDrawer(plan: WindowPlan, windowSeconds: number, random: Random): () => Float64Array {
  let window = 0;
  let ahead = random(); // mean gaps from the window's start to its first arrival
  return () => {
    const shape = plan.shape[window]!;
    const scale = plan.scaleSeconds[window]!;
    const start = windowSeconds * window++;
    const expected = Number.isFinite(scale) ? windowSeconds / (shape * scale) : 0;
    let best = drawOnce(expected, shape, ahead, random);
    if (expected >= FEWEST_CHECKED) best = drawUntilClose(best, expected, shape, ahead, random);
    ahead = best.ahead;
    const meanGap = shape * scale;
    return Float64Array.from(best.positions, (position) => start + position * meanGap);
  };
}

interface Drawn {
  /** In mean gaps from the window's start. */
  readonly positions: number[];
  /** Mean gaps from the window's end to the next arrival. */
  readonly ahead: number;
}

function drawOnce(expected: number, shape: number, ahead: number, random: Random): Drawn {
  const positions: number[] = [];
  let position = ahead;
  for (; position < expected; position += gamma(shape, random) / shape) positions.push(position);
  return { positions, ahead: position - expected };
}

function drawUntilClose(first: Drawn, expected: number, shape: number, ahead: number, random: Random): Drawn {
  let best = first;
  let distance = distanceFrom(first, shape);
  for (let tries = 1; tries < MOST_TRIES && distance > CLOSE; tries++) {
    const drawn = drawOnce(expected, shape, ahead, random);
    const itsDistance = distanceFrom(drawn, shape);
    if (itsDistance < distance) [best, distance] = [drawn, itsDistance];
  }
  return best;
}

/** How far the shape or the scale of a sample is from its law, as a share. */
function distanceFrom({ positions }: Drawn, shape: number): number {
  const sums: GapSums = { count: 0, sum: 0, squares: 0, logs: 0 };
  for (let i = 1; i < positions.length; i++) addGap(sums, positions[i]! - positions[i - 1]!);
  const { likelihood } = fitGamma(sums);
  if (!likelihood) return Infinity;
  return Math.max(Math.abs(likelihood.shape / shape - 1), Math.abs(likelihood.scaleSeconds * shape - 1));
}
