import { firstAtOrAfter } from './slice.js';

/** Gaps are taken as stationary within 20 minutes, as the paper models them. @source BurstGPT 3.1, Fig 6 */
export const BURSTINESS_WINDOW = 1200;

/** Shapes outside of this are beyond what a few gaps can tell. */
const LEAST_SHAPE = 0.05;
const MOST_SHAPE = 10;

/** Fewer gaps than this say nothing about their spread: arrivals are then taken as Poisson. */
const FEWEST_GAPS = 8;

/**
 * The Gamma shape of the gaps between arrivals in [fromSeconds, toSeconds): mean² / variance, so that the gaps'
 * coefficient of variation is 1 / √shape. 1 is Poisson, below 1 is burstier. Held in [0.05, 10]; 1 with fewer than 8 gaps.
 *
 * @param arrival ascending
 */
export function gapShape(arrival: Float64Array, fromSeconds: number, toSeconds: number): number {
  const { count, mean, variance } = gapMoments(arrival, fromSeconds, toSeconds);
  if (count < FEWEST_GAPS || !(mean > 0)) return 1;
  return boundedShape((mean * mean) / variance);
}

/** A shape held in the range that gaps can tell; an unknown one is Poisson's. */
export function boundedShape(shape: number): number {
  return Number.isNaN(shape) ? 1 : Math.min(MOST_SHAPE, Math.max(LEAST_SHAPE, shape));
}

/** Number, mean and variance (divisor n - 1) of the gaps between the arrivals of a span; NaN where there are too few. */
export function gapMoments(
  arrival: Float64Array,
  fromSeconds: number,
  toSeconds: number,
): { count: number; mean: number; variance: number } {
  const from = firstAtOrAfter(arrival, fromSeconds);
  const to = firstAtOrAfter(arrival, toSeconds);
  const count = Math.max(0, to - from - 1);
  const mean = (arrival[to - 1]! - arrival[from]!) / count;
  let squares = 0;
  for (let i = from + 1; i < to; i++) squares += (arrival[i]! - arrival[i - 1]! - mean) ** 2;
  return { count, mean, variance: squares / (count - 1) };
}
