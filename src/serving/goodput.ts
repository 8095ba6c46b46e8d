import type { InstanceCounts, Slo } from '../spec/index.js';
import type { Trace } from '../trace/index.js';
import { advanceCluster } from './advance-cluster.js';
import type { Cluster } from './cluster.js';
import { finishCluster } from './cluster-results.js';
import { atRate } from './rate.js';
import { isMet, sloAttainment } from './attainment.js';
import { openStatic, type StaticDeployment } from './simulate.js';

/** The largest rate that a deployment serves within its SLO. */
export interface Goodput {
  readonly counts: InstanceCounts;
  /** Requests per second: the largest simulated rate that kept the target; 0 when none did. */
  readonly goodput: number;
  /** The bracket: the target was kept at `low` and missed at `high`; Infinity when no rate missed it. */
  readonly low: number;
  readonly high: number;
  readonly goodputPerGpu: number;
  /** Every simulated rate, ascending; the attainment of one that misses the target may be an upper bound (the run was cut). */
  readonly points: readonly RatePoint[];
}

/** SLO attainment at one rate. */
export interface RatePoint {
  readonly rate: number;
  readonly attainment: number;
}

/** How the search goes. */
export interface GoodputOptions {
  /** Relative width of the bracket at which the search ends. */
  readonly tolerance?: number | undefined;
}

const MOST_DOUBLINGS = 20;

/**
 * Goodput of a deployment: the rate is doubled or halved until the target is kept at one end and missed at the other, then the
 * bracket is halved (geometrically) until it is narrow. All rates see the same requests in the same order (common random
 * numbers). How far the finite run moves the answer is not in the bracket: 20,000 requests give about 1 %.
 *
 * @param unitTrace requests at unit rate
 */
export function goodput(
  unitTrace: Trace,
  deployment: StaticDeployment,
  slo: Slo,
  options: GoodputOptions = {},
): Goodput {
  const { tolerance = 0.01 } = options;
  const instances = Object.values(deployment.counts).reduce((sum, count) => sum + count, 0);
  const gpus = instances * (deployment.profile.tensorParallel ?? 1);
  const points: RatePoint[] = [];
  const isKept = (rate: number): boolean => {
    const attainment = attainmentAtRate(unitTrace, rate, deployment, slo);
    points.push({ rate, attainment });
    return attainment >= slo.attainment;
  };
  let [low, high] = bracket(2 * gpus, isKept);
  while (low > 0 && high < Infinity && high / low > 1 + tolerance) {
    const middle = Math.sqrt(low * high);
    if (isKept(middle)) low = middle;
    else high = middle;
  }
  points.sort((a, b) => a.rate - b.rate);
  return { counts: deployment.counts, goodput: low, low, high, goodputPerGpu: low / gpus, points };
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

const LOOKS = 50;

/**
 * SLO attainment of a deployment at one rate. The run is cut as soon as the target cannot be met any more; what is
 * returned then is an upper bound, below the target.
 */
export function attainmentAtRate(unitTrace: Trace, rate: number, deployment: StaticDeployment, slo: Slo): number {
  const trace = atRate(unitTrace, rate);
  const cluster = openStatic(trace, deployment);
  const attempted = trace.outputTokens.reduce((sum, tokens) => sum + (tokens > 0 ? 1 : 0), 0);
  const allowed = Math.floor((1 - slo.attainment) * attempted + 1e-9);
  const end = trace.arrival.at(-1) ?? 0;
  let misses = 0;
  let seen = 0;
  for (let look = 1; look <= LOOKS; look++) {
    advanceCluster(cluster, cluster.startAt + ((end - cluster.startAt) * look) / LOOKS);
    misses += missesSince(cluster, slo, seen);
    seen = cluster.results.finished;
    if (misses > allowed) return 1 - misses / attempted;
  }
  return sloAttainment(finishCluster(cluster), slo);
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
