import type { InstanceCounts, Slo } from '../spec/index.js';
import { sliceTrace, type Trace } from '../trace/index.js';
import { goodputInterval } from './goodput-interval.js';
import { atRate } from './rate.js';
import type { StaticDeployment } from './simulate.js';
import { steadyAttainment, steadyRun } from './steady-run.js';
import { joinRanges, type StepRange } from './step-range.js';

/** The largest rate that a deployment serves within its SLO. */
export interface Goodput {
  readonly counts: InstanceCounts;
  /** Requests per second: the largest simulated rate that kept the target; 0 when none did. */
  readonly goodput: number;
  /**
   * Its interval, meant at 90 %: of fresh draws of as many requests eight to nine in ten have the value of a long run in theirs (`npm run bench --
   * goodput` measures that). `low` is 0 where no rate kept the target, `high` Infinity where none missed it.
   */
  readonly low: number;
  readonly high: number;
  readonly goodputPerGpu: number;
  /** The smallest simulated rate that missed the target; Infinity when none did. */
  readonly missedAt: number;
  /** How long the requests last at that rate; 0 when none kept the target. */
  readonly runSeconds: number;
  /** Every simulated rate, ascending; the attainment of one that clearly misses the target may be an upper bound (the run was cut). */
  readonly points: readonly RatePoint[];
  /** What the steps of the run at the goodput spanned; of none when it is 0. */
  readonly steps: StepRange;
}

/** SLO attainment at one rate. */
export interface RatePoint {
  readonly rate: number;
  readonly attainment: number;
}

/** How the search goes. */
export interface GoodputOptions {
  /** Relative width at which the search is narrow enough. */
  readonly tolerance?: number | undefined;
}

const MOST_DOUBLINGS = 20;
/** A part of the requests tells about where to look; the search with all of them starts there, in strides of so much. */
const GLANCE_SHARE = 16;
const GLANCE_LEAST = 500;
const STRIDE = 1.06;

/**
 * Goodput of a deployment: the rate is raised or lowered until the target is kept at one end and missed at the other, then the
 * bracket is halved (geometrically) until it is narrow. All rates see the same requests in the same order (common random
 * numbers), in a load that lasts (`steadyAttainment`). A rate is that of the requests drawn: their number over their span.
 *
 * @param trace requests at about unit rate
 */
export function goodput(trace: Trace, deployment: StaticDeployment, slo: Slo, options: GoodputOptions = {}): Goodput {
  const { tolerance = 0.01 } = options;
  const unitTrace = atUnitRate(trace);
  const instances = Object.values(deployment.counts).reduce((sum, count) => sum + count, 0);
  const gpus = instances * (deployment.profile.tensorParallel ?? 1);
  const points: RatePoint[] = [];
  let steps = joinRanges([]);
  const isKept = (rate: number): boolean => {
    const run = steadyRun(unitTrace, rate, deployment, slo, CUT_MARGIN);
    points.push({ rate, attainment: run.attainment });
    if (run.attainment < slo.attainment) return false;
    steps = run.steps; // the largest rate that is kept is the last one
    return true;
  };
  const near = glance(unitTrace, 2 * gpus, deployment, slo);
  const [kept, missedAt] = narrow(bracket(near.rate, near.stride, isKept), tolerance, isKept);
  points.sort((a, b) => a.rate - b.rate);
  const [low, high] = goodputInterval(unitTrace, deployment, slo, points, kept, missedAt);
  const runSeconds = kept === 0 ? 0 : unitTrace.arrival.length / kept;
  const { counts } = deployment;
  return { counts, goodput: kept, low, high, goodputPerGpu: kept / gpus, missedAt, runSeconds, points, steps };
}

/** A run is cut when it is sure to miss the target by so much: further than chance would carry it. */
const CUT_MARGIN = 0.05;

/** The trace with as many requests as seconds, so that a rate is what is offered and not what was meant. */
function atUnitRate(trace: Trace): Trace {
  const span = (trace.arrival.at(-1) ?? 0) - (trace.startSeconds ?? 0);
  return span > 0 ? atRate(trace, span / trace.arrival.length) : trace;
}

/** Where to start, and in what strides: a search over the first requests only, when there are enough of them. */
function glance(
  unitTrace: Trace,
  start: number,
  deployment: StaticDeployment,
  slo: Slo,
): { rate: number; stride: number } {
  const count = Math.floor(unitTrace.arrival.length / GLANCE_SHARE);
  if (count < GLANCE_LEAST) return { rate: start, stride: 2 };
  const first = atUnitRate(sliceTrace(unitTrace, unitTrace.startSeconds ?? 0, unitTrace.arrival[count]!));
  const isKept = (rate: number): boolean => steadyAttainment(first, rate, deployment, slo) >= slo.attainment;
  const [low, high] = narrow(bracket(start, 2, isKept), STRIDE - 1, isKept);
  const saysNothing = low === 0 || high === Infinity; // so few requests may never miss a lax bound
  return saysNothing ? { rate: start, stride: 2 } : { rate: low, stride: STRIDE };
}

/** A rate that is kept (0 when none is) and one a stride larger that is not (Infinity when all are); strides grow on the way. */
function bracket(start: number, stride: number, isKept: (rate: number) => boolean): [low: number, high: number] {
  let rate = start;
  let factor = stride;
  if (isKept(rate)) {
    for (let i = 0; i < MOST_DOUBLINGS; i++, rate *= factor, factor = Math.min(2, factor * factor))
      if (!isKept(factor * rate)) return [rate, factor * rate];
    return [rate, Infinity];
  }
  for (let i = 0; i < MOST_DOUBLINGS; i++, rate /= factor, factor = Math.min(2, factor * factor))
    if (isKept(rate / factor)) return [rate / factor, rate];
  return [0, rate];
}

/** Halves a bracket until it is narrow. */
function narrow(
  [low, high]: [number, number],
  tolerance: number,
  isKept: (rate: number) => boolean,
): [low: number, high: number] {
  while (low > 0 && high < Infinity && high / low > 1 + tolerance) {
    const middle = Math.sqrt(low * high);
    if (isKept(middle)) low = middle;
    else high = middle;
  }
  return [low, high];
}

/** Every way to run so many instances: colocated, and each split into prefill and decode. */
export function allSplits(instances: number): InstanceCounts[] {
  if (!Number.isInteger(instances) || instances < 1)
    throw new RangeError(`Cannot split: instances must be a whole number of at least 1, got ${instances}`);
  const splits = Array.from({ length: instances - 1 }, (_, i) => ({ prefill: i + 1, decode: instances - 1 - i }));
  return [{ serve: instances }, ...splits];
}
