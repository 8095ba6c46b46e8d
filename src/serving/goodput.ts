import { mean, variance } from '../base/index.js';
import type { InstanceCounts, Slo } from '../spec/index.js';
import type { Trace } from '../trace/index.js';
import { advanceCluster } from './advance-cluster.js';
import type { Cluster } from './cluster.js';
import { finishCluster, type SimulationResults } from './cluster-results.js';
import { atRate } from './rate.js';
import { isMet, sloAttainment } from './attainment.js';
import { Outcome } from './results.js';
import { openStatic, type StaticDeployment } from './simulate.js';

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
export interface RatePoint {
  readonly rate: number;
  readonly attainment: number;
  /** By how much chance may move it (95 %), from means over batches of consecutive requests. */
  readonly margin: number;
}

/** How the search goes. */
export interface GoodputOptions {
  /** Relative width at which both the search and its interval's ends are narrow enough. */
  readonly tolerance?: number | undefined;
}

const MOST_DOUBLINGS = 20;

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
    const point = { rate, ...attainmentAt(unitTrace, rate, deployment, slo) };
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

/** By what share (95 %) chance moves the mean length of so many requests, and with it the rate that is served. */
function lengthMargin({ promptTokens, outputTokens }: Trace): number {
  const of = (tokens: Uint32Array): number => (1.96 * Math.sqrt(variance(tokens) / tokens.length)) / mean(tokens);
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

const LOOKS = 50;
const BATCHES = 20;
/** Student's t at 97.5 % for as many batches. */
const T_OF_BATCHES = 2.093;
/** A run is cut when it is sure to miss the target by so much: further than chance would carry it. */
const CUT_MARGIN = 0.05;

/**
 * SLO attainment of a deployment at one rate. The run is cut as soon as the target cannot be met any more; what is
 * returned then is an upper bound, below the target.
 */
export function attainmentAtRate(unitTrace: Trace, rate: number, deployment: StaticDeployment, slo: Slo): number {
  return simulateAt(unitTrace, rate, deployment, slo, 0).attainment;
}

function attainmentAt(
  unitTrace: Trace,
  rate: number,
  deployment: StaticDeployment,
  slo: Slo,
): { attainment: number; margin: number } {
  const { attainment, results } = simulateAt(unitTrace, rate, deployment, slo, CUT_MARGIN);
  return { attainment, margin: results ? marginOf(results, slo) : 0 };
}

/** Runs a deployment at a rate; no results where the run was cut. */
function simulateAt(
  unitTrace: Trace,
  rate: number,
  deployment: StaticDeployment,
  slo: Slo,
  margin: number,
): { attainment: number; results: SimulationResults | null } {
  const trace = atRate(unitTrace, rate);
  const cluster = openStatic(trace, deployment);
  const attempted = trace.outputTokens.reduce((sum, tokens) => sum + (tokens > 0 ? 1 : 0), 0);
  const allowed = Math.floor((1 - slo.attainment + margin) * attempted + 1e-9);
  const end = trace.arrival.at(-1) ?? 0;
  let misses = 0;
  let seen = 0;
  for (let look = 1; look <= LOOKS; look++) {
    advanceCluster(cluster, cluster.startAt + ((end - cluster.startAt) * look) / LOOKS);
    misses += missesSince(cluster, slo, seen);
    seen = cluster.results.finished;
    if (misses > allowed) return { attainment: 1 - misses / attempted, results: null };
  }
  const results = finishCluster(cluster);
  return { attainment: sloAttainment(results, slo), results };
}

/** 95 % margin of the attainment, from the spread of batches of consecutive requests (neighbours share their queues). */
function marginOf(results: SimulationResults, slo: Slo): number {
  const size = Math.floor(results.outcome.length / BATCHES);
  if (size < 1) return 1;
  const shares = Array.from({ length: BATCHES }, (_, batch) => {
    let met = 0;
    let attempted = 0;
    for (let request = batch * size; request < (batch + 1) * size; request++) {
      if (results.outcome[request] === Outcome.failedInTrace) continue;
      attempted++;
      if (isMet(results, request, slo)) met++;
    }
    return attempted === 0 ? 1 : met / attempted;
  });
  return T_OF_BATCHES * Math.sqrt(variance(shares) / BATCHES);
}

function missesSince({ results }: Cluster, slo: Slo, seen: number): number {
  let misses = 0;
  for (let row = seen; row < results.finished; row++) if (!isMet(results, results.finishOrder[row]!, slo)) misses++;
  return misses;
}

/** Every way to run so many GPUs: colocated, and each split into prefill and decode instances, one GPU each. */
export function allSplits(gpus: number): InstanceCounts[] {
  if (!Number.isInteger(gpus) || gpus < 1)
    throw new RangeError(`Cannot split: GPUs must be a whole number of at least 1, got ${gpus}`);
  const splits = Array.from({ length: gpus - 1 }, (_, i) => ({ prefill: i + 1, decode: gpus - 1 - i }));
  return [{ serve: gpus }, ...splits];
}
