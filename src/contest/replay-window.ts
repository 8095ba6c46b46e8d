import type { LoadSeries } from '../load/index.js';
import { attainmentAt, type AttainmentRow } from '../plan/index.js';

/** A window of a load series, in seconds from its start. */
export interface ReplayWindow {
  readonly startAt: number;
  readonly endAt: number;
}

const DAY_SECONDS = 86400;

/** A load's last day; of a load shorter than two days its second half, so that something is known before. */
export function lastDay({ requests, binSeconds }: LoadSeries): ReplayWindow {
  const total = requests.length;
  const first = Math.max(Math.ceil(total / 2), total - Math.round(DAY_SECONDS / binSeconds));
  return { startAt: first * binSeconds, endAt: total * binSeconds };
}

/**
 * The busiest so many seconds of a load's last day (`lastDay`), by requests; the earliest of equals. They begin before the last day where it
 * is too short for them.
 *
 * @throws RangeError when the load is shorter than the window
 */
export function busiestWindow(load: LoadSeries, seconds: number): ReplayWindow {
  const bins = Math.round(seconds / load.binSeconds);
  const total = load.requests.length;
  if (bins < 1 || bins > total)
    throw new RangeError(`Cannot find a window of ${seconds} s in ${total} bins of ${load.binSeconds} s`);
  const first = Math.min(total - bins, Math.round(lastDay(load).startAt / load.binSeconds));
  let sum = 0;
  let best = { sum: -1, start: first };
  for (let bin = first; bin < total; bin++) {
    sum += load.requests[bin]!;
    if (bin >= first + bins) sum -= load.requests[bin - bins]!;
    if (bin >= first + bins - 1 && sum > best.sum) best = { sum, start: bin - bins + 1 };
  }
  return { startAt: best.start * load.binSeconds, endAt: (best.start + bins) * load.binSeconds };
}

/**
 * The load-scaling factor at which a configuration just keeps the target over a window: what its attainment curve says of
 * each bin's rate, weighted by requests.
 *
 * @returns a factor above 0; 0 when the window is empty or the configuration serves nothing
 */
export function factorThatFills(load: LoadSeries, window: ReplayWindow, row: AttainmentRow, target: number): number {
  const from = Math.round(window.startAt / load.binSeconds);
  const requests = load.requests.slice(from, Math.round(window.endAt / load.binSeconds));
  const total = requests.reduce((sum, count) => sum + count, 0);
  if (total === 0 || row.goodput === 0) return 0;
  const attainment = (factor: number): number =>
    requests.reduce((sum, count) => sum + count * attainmentAt(row, (factor * count) / load.binSeconds), 0) / total;
  let low = 0;
  let high = (10 * row.goodput * load.binSeconds * requests.length) / total;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (attainment(middle) >= target) low = middle;
    else high = middle;
  }
  return low;
}
