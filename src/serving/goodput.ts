import { mean, variance } from '../base/index.js';
import type { InstanceCounts, Slo } from '../spec/index.js';
import type { Trace } from '../trace/index.js';
import { atRate } from './rate.js';
import type { StaticDeployment } from './simulate.js';
import { steadyAttainment, type Attainment } from './steady-run.js';

/** The largest rate that a deployment serves within its SLO. */
export interface Goodput {
  readonly counts: InstanceCounts;
  /** Requests per second: the largest simulated rate that kept the target; 0 when none did. */
  readonly goodput: number;
  /**
   * Its interval: how far chance moves it with so many requests. Of fresh draws of 20,000 six to nine in ten have the value of a
   * long run in theirs (`npm run bench -- goodput` measures that). `low` is 0 and `high` Infinity where no rate kept or missed the target
   * by more than chance.
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
}

/** SLO attainment at one rate. */
export interface RatePoint extends Attainment {
  readonly rate: number;
}

/** How the search goes. */
export interface GoodputOptions {
  /** Relative width at which both the search and its interval's ends are narrow enough. */
  readonly tolerance?: number | undefined;
}

const MOST_DOUBLINGS = 20;
/** A run is cut when it is sure to miss the target by so much: further than chance would carry it. */
const CUT_MARGIN = 0.05;

/**
 * Goodput of a deployment: the rate is doubled or halved until the target is kept at one end and missed at the other, then the
 * bracket is halved (geometrically) until it is narrow; the ends of the interval are found the same way. All rates see the
 * same requests in the same order (common random numbers). A rate is that of the requests drawn: their number over their span.
 *
 * The interval holds what chance does to the lengths and the order of this many requests. It does not hold what a short run hides:
 * one that lasts for few responses (`runSeconds`) ends before queues and caches have filled, and reads too high.
 *
 * @param trace requests at about unit rate
 */
export function goodput(trace: Trace, deployment: StaticDeployment, slo: Slo, options: GoodputOptions = {}): Goodput {
  const { tolerance = 0.01 } = options;
  const unitTrace = atUnitRate(trace);
  const instances = Object.values(deployment.counts).reduce((sum, count) => sum + count, 0);
  const gpus = instances * (deployment.profile.tensorParallel ?? 1);
  const points: RatePoint[] = [];
  const probe = (rate: number): RatePoint => {
    const known = points.find((point) => point.rate === rate);
    if (known) return known;
    const point = { rate, ...steadyAttainment(unitTrace, rate, deployment, slo, CUT_MARGIN) };
    points.push(point);
    return point;
  };
  const isKept = ({ attainment }: RatePoint): boolean => attainment >= slo.attainment;
  const [kept, missedAt] = narrow(
    bracket(2 * gpus, (rate) => isKept(probe(rate))),
    tolerance,
    (rate) => isKept(probe(rate)),
  );
  const isSurelyKept = ({ attainment, margin }: RatePoint): boolean => attainment - margin >= slo.attainment;
  const isMaybeKept = ({ attainment, margin }: RatePoint): boolean => attainment + margin >= slo.attainment;
  const margin = lengthMargin(unitTrace);
  const low = widen(kept, edge(points, isSurelyKept, kept, tolerance, probe)[0], -margin);
  const high = widen(missedAt, edge(points, isMaybeKept, missedAt, tolerance, probe)[1], margin);
  points.sort((a, b) => a.rate - b.rate);
  const runSeconds = kept === 0 ? 0 : unitTrace.arrival.length / kept;
  const { counts } = deployment;
  return { counts, goodput: kept, low, high, goodputPerGpu: kept / gpus, missedAt, runSeconds, points };
}

/** The trace with as many requests as seconds, so that a rate is what is offered and not what was meant. */
function atUnitRate(trace: Trace): Trace {
  const span = (trace.arrival.at(-1) ?? 0) - (trace.startSeconds ?? 0);
  return span > 0 ? atRate(trace, span / trace.arrival.length) : trace;
}

/** By what share (90 %) chance moves the mean length of so many requests, and with it the rate that is served. */
function lengthMargin({ promptTokens, outputTokens }: Trace): number {
  const of = (tokens: Uint32Array): number => (1.645 * Math.sqrt(variance(tokens) / tokens.length)) / mean(tokens);
  return promptTokens.length < 2 ? 0 : Math.max(of(promptTokens), of(outputTokens));
}

/** An end of the interval with another margin, independent of the one it has: their squares add. */
function widen(from: number, end: number, margin: number): number {
  if (from === 0 || from === Infinity || end === 0 || end === Infinity) return end;
  return from * Math.max(0, 1 + (margin < 0 ? -1 : 1) * Math.hypot(end / from - 1, margin));
}

/** A rate that is kept (0 when none is) and one twice as large that is not (Infinity when all are). */
function bracket(start: number, isKept: (rate: number) => boolean): [low: number, high: number] {
  let rate = start;
  if (isKept(rate)) {
    for (let i = 0; i < MOST_DOUBLINGS; i++, rate *= 2) if (!isKept(2 * rate)) return [rate, 2 * rate];
    return [rate, Infinity];
  }
  for (let i = 0; i < MOST_DOUBLINGS; i++, rate /= 2) if (isKept(rate / 2)) return [rate / 2, rate];
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

/**
 * Where a condition that holds at small rates stops holding, as a narrow bracket; begun with the rates simulated so far. Where none of
 * them is on one side of it, rates ever further from `near` are tried.
 */
function edge(
  points: readonly RatePoint[],
  holds: (point: RatePoint) => boolean,
  near: number,
  tolerance: number,
  probe: (rate: number) => RatePoint,
): [low: number, high: number] {
  if (near === 0 || near === Infinity) return [near, near];
  const ratesThat = (wanted: boolean): number[] =>
    points.filter((point) => holds(point) === wanted).map(({ rate }) => rate);
  let low = Math.max(0, ...ratesThat(true));
  for (let i = 1; low === 0 && i <= 6; i++) if (holds(probe(near / 1.02 ** (2 ** i)))) low = near / 1.02 ** (2 ** i);
  const above = (): number => Math.min(Infinity, ...ratesThat(false).filter((rate) => rate > low));
  for (let i = 1; above() === Infinity && i <= 6; i++) probe(near * 1.02 ** (2 ** i));
  return narrow([low, above()], tolerance, (rate) => holds(probe(rate)));
}

/** Every way to run so many GPUs: colocated, and each split into prefill and decode instances, one GPU each. */
export function allSplits(gpus: number): InstanceCounts[] {
  if (!Number.isInteger(gpus) || gpus < 1)
    throw new RangeError(`Cannot split: GPUs must be a whole number of at least 1, got ${gpus}`);
  const splits = Array.from({ length: gpus - 1 }, (_, i) => ({ prefill: i + 1, decode: gpus - 1 - i }));
  return [{ serve: gpus }, ...splits];
}
