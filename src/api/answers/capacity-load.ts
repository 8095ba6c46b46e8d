import { InputError, seededRandom } from '../../base/index.js';
import { binTrace, mixOf, refineLoad, sampleTrace, type WorkloadMix } from '../../load/index.js';
import { attainmentAt, type AttainmentRow } from '../../plan/index.js';
import { observedSpan, type Trace } from '../../trace/index.js';
import type { Part } from './traffic.js';

/** The load that a fleet is sized for: served requests per second, minute by minute. */
export interface CapacityLoad {
  readonly mix: WorkloadMix;
  /** Served requests per second of each observed minute. */
  readonly rates: Float64Array;
  readonly requests: number;
  readonly meanRate: number;
  readonly peakRate: number;
  /** Mean rate of the busiest ten minutes. */
  readonly busiestRate: number;
}

const MINUTE = 60;
const COARSE_MINUTES = 10;
const LEAST_SECONDS = 600;
const MOST_DRAWN = 200_000;

/**
 * The scaled load of a part, minute by minute: counts of ten minutes spread as bursty as the arrivals are.
 *
 * @throws InputError when the part is shorter than ten minutes
 */
export function capacityLoad({ trace, factor }: Part, seed: number): CapacityLoad {
  const { start, end } = observedSpan(trace);
  if (end - start < LEAST_SECONDS)
    throw new InputError(`traffic.forSeconds: a fleet is sized for at least ${LEAST_SECONDS} s of traffic`);
  const mix = mixOf(trace);
  const coarse = binTrace(trace, COARSE_MINUTES * MINUTE);
  const load = refineLoad(coarse, factor, COARSE_MINUTES, mix.gapShape, seededRandom(seed, 'capacity load'));
  const served = 1 - mix.failedShare;
  const rates = load.requests.filter((_, bin) => load.observed[bin] === 1).map((count) => (served * count) / MINUTE);
  const busiest = coarse.requests.reduce((most, count) => Math.max(most, count), 0);
  const requests = rates.reduce((sum, rate) => sum + rate * MINUTE, 0);
  return {
    ...{ mix, rates, requests, meanRate: requests / (rates.length * MINUTE) },
    peakRate: rates.reduce((most, rate) => Math.max(most, rate), 0),
    busiestRate: (served * factor * busiest) / (COARSE_MINUTES * MINUTE),
  };
}

/** Share of the load's requests within the SLO on a deployment, when the load is `times` as large. */
export function attainmentOver({ rates }: CapacityLoad, row: AttainmentRow, times = 1): number {
  let all = 0;
  let good = 0;
  for (const rate of rates) {
    all += rate;
    good += rate * attainmentAt(row, rate * times);
  }
  return all === 0 ? 1 : good / all;
}

/** By what the load may be multiplied until the target is missed. */
export function headroomOf(load: CapacityLoad, row: AttainmentRow, target: number): number {
  let low = 0;
  let high = 1;
  while (high < 1e6 && attainmentOver(load, row, high) >= target) high *= 2;
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if (attainmentOver(load, row, middle) >= target) low = middle;
    else high = middle;
  }
  return low;
}

/** The busiest ten minutes drawn anew; shorter where they would be too many requests. */
export function drawBusiest({ mix, busiestRate }: CapacityLoad, seed: number, redraw: number): Trace {
  const count = Math.max(1, Math.min(MOST_DRAWN, Math.round(busiestRate * COARSE_MINUTES * MINUTE)));
  return sampleTrace(mix, Math.max(busiestRate, 1e-6), count, seededRandom(seed, `busiest ${redraw}`));
}
