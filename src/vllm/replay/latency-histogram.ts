import type { Summary } from '../../base/index.js';

/** Values of very many events in buckets of 1 % width, from 1 µs on: percentiles are off by at most 0.5 %, the mean is exact. */
export interface LatencyHistogram {
  readonly counts: number[];
  count: number;
  sum: number;
}

const LEAST = 1e-6;
const GROWTH = Math.log(1.01);

/** An empty histogram. */
export function openLatencyHistogram(): LatencyHistogram {
  return { counts: [], count: 0, sum: 0 };
}

/** Adds a time of at least 0, seconds. */
export function addLatency(histogram: LatencyHistogram, seconds: number): void {
  const bucket = seconds <= LEAST ? 0 : Math.ceil(Math.log(seconds / LEAST) / GROWTH);
  histogram.counts[bucket] = (histogram.counts[bucket] ?? 0) + 1;
  histogram.count++;
  histogram.sum += seconds;
}

/** Mean and percentiles; null when empty. */
export function summariseLatencies(histogram: LatencyHistogram): Summary {
  const { count, sum } = histogram;
  if (count === 0) return { mean: null, p50: null, p90: null, p99: null };
  const at = (level: number): number => quantile(histogram, level);
  return { mean: sum / count, p50: at(0.5), p90: at(0.9), p99: at(0.99) };
}

function quantile({ counts, count }: LatencyHistogram, level: number): number {
  let left = level * count;
  for (let bucket = 0; bucket < counts.length; bucket++) {
    left -= counts[bucket] ?? 0;
    if (left <= 0) return LEAST * Math.exp((bucket - 0.5) * GROWTH);
  }
  return LEAST * Math.exp((counts.length - 1) * GROWTH);
}
