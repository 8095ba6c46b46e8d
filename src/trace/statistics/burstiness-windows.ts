import { BURSTINESS_WINDOW } from '../burstiness.js';
import { addGap, fitGamma, type GammaFit, type GapSums } from './gamma-fit.js';

/** The gaps of one window. */
export interface BurstinessWindow extends GammaFit {
  readonly startSeconds: number;
}

/** Windows with fewer gaps say little of their spread and are left out. */
export const FEWEST_WINDOW_GAPS = 8;

/**
 * The Gamma laws of gaps in every window of 20 minutes, counted from second 0; only gaps whose both ends lie in the window.
 * Timestamps in whole seconds hide the order within one: those of a second are spread evenly over it.
 *
 * @param arrival ascending
 * @param isWholeSeconds whether the file writes whole seconds only
 * @source BurstGPT 3.1, Fig 6
 */
export function burstinessWindows(
  arrival: Float64Array,
  isWholeSeconds: boolean,
  fewestGaps = FEWEST_WINDOW_GAPS,
): BurstinessWindow[] {
  const at = isWholeSeconds ? spreadWithinSeconds(arrival) : arrival;
  const windows: BurstinessWindow[] = [];
  for (let from = 0; from < at.length;) {
    const window = Math.floor(at[from]! / BURSTINESS_WINDOW);
    const end = (window + 1) * BURSTINESS_WINDOW;
    const sums: GapSums = { count: 0, sum: 0, squares: 0, logs: 0 };
    let to = from + 1;
    for (; to < at.length && at[to]! < end; to++) addGap(sums, at[to]! - at[to - 1]!);
    if (sums.count >= fewestGaps) windows.push({ startSeconds: window * BURSTINESS_WINDOW, ...fitGamma(sums) });
    from = to;
  }
  return windows;
}

/** Whether every arrival lies on a whole second. */
export function isInWholeSeconds(arrival: Float64Array): boolean {
  return arrival.every((at) => Number.isInteger(at));
}

function spreadWithinSeconds(arrival: Float64Array): Float64Array {
  const spread = new Float64Array(arrival.length);
  for (let from = 0; from < arrival.length;) {
    let to = from + 1;
    while (to < arrival.length && arrival[to] === arrival[from]) to++;
    for (let i = from; i < to; i++) spread[i] = arrival[i]! + (i - from + 0.5) / (to - from);
    from = to;
  }
  return spread;
}
