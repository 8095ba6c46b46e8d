import type { Random } from '../base/index.js';
import { drawArrivals } from './arrivals.js';
import { BURSTINESS_WINDOW, gapShape } from './burstiness.js';
import { hourPools } from './hour-pools.js';
import { selectRows } from './select.js';
import { firstAtOrAfter, observedSpan } from './slice.js';
import type { Trace } from './trace.js';

/** RPS scaling: every timestamp times a constant, so time itself shrinks or stretches. @source BurstGPT 4.2 */
export function rpsScale(trace: Trace, constant: number): Trace {
  if (!(constant > 0)) throw new RangeError(`Cannot scale a trace: the constant must be above 0, got ${constant}`);
  const { start, end } = observedSpan(trace);
  const arrival = trace.arrival.map((at) => at * constant);
  return { ...trace, arrival, startSeconds: start * constant, endSeconds: end * constant };
}

/** How load is scaled. */
export interface LoadScaleOptions {
  /** Width of the bins whose counts are multiplied; default 60 s. */
  readonly binSeconds?: number;
}

/**
 * Load scaling: time is kept, and the count of each bin is multiplied by `factor` (rounded up or down at random, so that
 * the expectation is exact). Arrivals are redrawn in the bin with the burstiness of the 20 minutes around it; length, model
 * and service of each request are those of a request of the same hour (of near days where that hour has few), each dealt
 * about equally often, so failures keep their share. Sessions and elapsed times do not carry over.
 *
 * @param factor at least 0
 * @returns as many requests as the scaled counts, over the same observed span
 */
export function loadScale(trace: Trace, factor: number, random: Random, options: LoadScaleOptions = {}): Trace {
  const { binSeconds = 60 } = options;
  if (!(factor >= 0 && Number.isFinite(factor) && binSeconds > 0))
    throw new RangeError(`Cannot scale load: need a factor >= 0 and bins above 0 s, got ${factor} and ${binSeconds}`);
  const { start, end } = observedSpan(trace);
  const { arrival } = trace;
  const counts = scaledCounts(trace, factor, binSeconds, random);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const arrivals = new Float64Array(total);
  const rows = new Uint32Array(total);
  const deal = hourPools(trace, random);
  let at = 0;
  for (let bin = 0; bin < counts.length; bin++) {
    const count = counts[bin]!;
    if (count === 0) continue;
    const from = start + bin * binSeconds;
    const width = Math.min(binSeconds, end - from);
    const middle = from + width / 2;
    const reach = Math.max(BURSTINESS_WINDOW, binSeconds) / 2;
    drawArrivals(arrivals, at, count, from, width, gapShape(arrival, middle - reach, middle + reach), random);
    for (const last = at + count; at < last; at++) rows[at] = deal(middle);
  }
  return {
    ...selectRows(trace, rows),
    arrival: arrivals,
    session: new Int32Array(total).fill(-1),
    elapsed: new Float32Array(total).fill(NaN),
    startSeconds: start,
    endSeconds: end,
  };
}

function scaledCounts(trace: Trace, factor: number, binSeconds: number, random: Random): Uint32Array {
  const { start, end } = observedSpan(trace);
  const { arrival } = trace;
  const bins = Math.max(1, Math.ceil((end - start) / binSeconds));
  const counts = new Uint32Array(bins);
  // The last arrival may lie on the very end of the span; it belongs to the last bin.
  for (let i = firstAtOrAfter(arrival, start); i < arrival.length && arrival[i]! <= end; i++)
    counts[Math.min(bins - 1, Math.floor((arrival[i]! - start) / binSeconds))]!++;
  return counts.map((count) => (count === 0 ? 0 : Math.floor(count * factor + random())));
}
