import type { Role } from '../spec/index.js';
import { advanceCluster } from './advance-cluster.js';
import type { Cluster, Instance } from './cluster.js';
import { tokensBy } from './load-of-replica.js';
import type { ResultColumns } from './results.js';
import { rangeOfExtents, type StepRange } from './step-range.js';

/** What one instance did. */
export interface InstanceShare {
  readonly role: Role;
  /** Requests that it was given. */
  readonly requests: number;
  /** Tokens that it produced. */
  readonly tokens: number;
  /** Seconds from asking for it to its stop (or the present moment): starting and draining count, times its GPUs. */
  readonly gpuSeconds: number;
  /** Seconds in model steps. */
  readonly busySeconds: number;
  readonly preemptions: number;
  /** What its steps spanned. */
  readonly steps: StepRange;
}

/** Results of a simulation so far; columns by request of the trace. */
export interface SimulationResults extends Pick<ResultColumns, 'ttft' | 'tpot' | 'e2e' | 'outcome'> {
  /** GPU time of all instances. */
  readonly gpuSeconds: number;
  readonly instances: readonly InstanceShare[];
  /** The present moment of the simulation. */
  readonly endedAt: number;
}

/** What has come of a cluster's requests up to its present moment. The columns are the cluster's own, not copies. */
export function clusterResults(cluster: Cluster): SimulationResults {
  const { ttft, tpot, e2e, outcome } = cluster.results;
  const { tensorParallel = 1 } = cluster.profile;
  const instances = cluster.instances.map((instance) => shareOf(instance, cluster.now, tensorParallel));
  const gpuSeconds = instances.reduce((sum, share) => sum + share.gpuSeconds, 0);
  return { ttft, tpot, e2e, outcome, gpuSeconds, instances, endedAt: cluster.now };
}

function shareOf({ role, replica, askedAt, stoppedAt }: Instance, now: number, gpus: number): InstanceShare {
  const { accepted: requests, busy: busySeconds, preemptions, extents } = replica;
  const tokens = tokensBy(replica, now);
  const gpuSeconds = ((Number.isNaN(stoppedAt) ? now : stoppedAt) - askedAt) * gpus;
  return { role, requests, tokens, gpuSeconds, busySeconds, preemptions, steps: rangeOfExtents(extents) };
}

/**
 * Runs a cluster to its end: until every request of the trace has ended, or the limit is over. A run always ends; requests that no
 * instance can take stay open. The present moment becomes the last end, never before the trace's own.
 *
 * @param limitSeconds longest time after the end of the trace; Infinity unless given
 */
export function finishCluster(cluster: Cluster, { limitSeconds = Infinity } = {}): SimulationResults {
  const { arrival, endSeconds = -Infinity } = cluster.trace;
  const traceEnd = Math.max(cluster.now, arrival.at(-1) ?? -Infinity, endSeconds);
  if (traceEnd > cluster.now) advanceCluster(cluster, traceEnd);
  const limit = traceEnd + limitSeconds;
  advanceCluster(cluster, limit);
  if (isIdle(cluster)) cluster.now = Math.max(traceEnd, cluster.results.lastEnd);
  return clusterResults(cluster);
}

/** Whether no instance has anything left to do. */
function isIdle({ instances }: Cluster): boolean {
  return instances.every(({ replica }) => replica.outstanding === 0);
}

/** Latencies over a window. */
export interface WindowLatency {
  /** Requests that finished in it. */
  readonly finished: number;
  /** Means over those; null when there are none (of TPOT: none with two tokens). */
  readonly ttft: number | null;
  readonly tpot: number | null;
}

/** Mean latencies of the requests that finished after a moment, up to now. */
export function latencySince({ results, trace }: Cluster, from: number): WindowLatency {
  const { marks } = results;
  const mark = marks.at.findLastIndex((at) => at <= from);
  const sums = { finished: 0, ttft: 0, tpot: 0, tpots: 0 };
  for (let row = mark < 0 ? 0 : marks.finished[mark]!; row < results.finished; row++) {
    const request = results.finishOrder[row]!;
    if (trace.arrival[request]! + results.e2e[request]! <= from) continue;
    sums.finished++;
    sums.ttft += results.ttft[request]!;
    const tpot = results.tpot[request]!;
    if (Number.isNaN(tpot)) continue;
    sums.tpots++;
    sums.tpot += tpot;
  }
  const meanOf = (sum: number, count: number): number | null => (count === 0 ? null : sum / count);
  return { finished: sums.finished, ttft: meanOf(sums.ttft, sums.finished), tpot: meanOf(sums.tpot, sums.tpots) };
}
