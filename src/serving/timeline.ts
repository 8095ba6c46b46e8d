import type { Role, Slo } from '../spec/index.js';
import type { Trace } from '../trace/index.js';
import { advanceCluster } from './advance-cluster.js';
import { isMet } from './attainment.js';
import { finishCluster, type SimulationResults } from './cluster-results.js';
import { observeCluster } from './observe.js';
import { Outcome } from './results.js';
import { openStatic, type StaticDeployment } from './simulate.js';

/** What a simulation looked like bin by bin; bin i is [startSeconds + i * binSeconds, one bin later). */
export interface Timeline {
  readonly startSeconds: number;
  readonly binSeconds: number;
  /** By role at the end of each bin, of the last one at the trace's end: requests that wait, that run, mean share of KV blocks in use. */
  readonly roles: Partial<Record<Role, RoleTimeline>>;
  /** Requests that arrived in the bin, and those of them that did not finish. */
  readonly arrived: Float64Array;
  readonly failed: Float64Array;
  /** Share of the requests that arrived in the bin and met the SLO; NaN where none was attempted. */
  readonly attainment: Float64Array;
  /** Mean TTFT and E2E of the requests that arrived in the bin; NaN where none finished. */
  readonly ttft: Float64Array;
  readonly e2e: Float64Array;
  /** Tokens of the requests that ended in the bin, prompt and response. */
  readonly tokens: Float64Array;
}

/** One role's part of a timeline. */
export interface RoleTimeline {
  readonly queue: Float64Array;
  readonly running: Float64Array;
  readonly kvUse: Float64Array;
}

/** A simulation and how it went. */
export interface TimedSimulation {
  readonly results: SimulationResults;
  readonly timeline: Timeline;
}

/**
 * Simulates a trace on instances that are ready from the start and stay, and looks at them at the end of every bin of the trace;
 * looking changes nothing. Yields the share of bins done after each one.
 */
export function* simulateByBins(
  trace: Trace,
  deployment: StaticDeployment,
  slo: Slo,
  binSeconds: number,
): Generator<number, TimedSimulation> {
  const cluster = openStatic(trace, deployment);
  const startSeconds = cluster.startAt;
  const span = Math.max(trace.endSeconds ?? 0, trace.arrival.at(-1) ?? 0) - startSeconds;
  const bins = Math.max(1, Math.floor(span / binSeconds) + 1);
  const column = (): Float64Array => new Float64Array(bins);
  const roles: Partial<Record<Role, RoleTimeline>> = {};
  for (const role of Object.keys(deployment.counts) as Role[])
    roles[role] = { queue: column(), running: column(), kvUse: column() };
  for (let bin = 0; bin < bins; bin++) {
    advanceCluster(cluster, startSeconds + Math.min((bin + 1) * binSeconds, span));
    const seen = observeCluster(cluster);
    for (const [role, { queue, running, kvUse }] of Object.entries(roles)) {
      const state = seen[role as Role]!;
      queue[bin] = state.waiting;
      running[bin] = state.running;
      kvUse[bin] = state.kvUse;
    }
    yield (bin + 1) / bins;
  }
  const results = finishCluster(cluster);
  return {
    results,
    timeline: { startSeconds, binSeconds, roles, ...byArrival(trace, results, slo, cluster.startAt, binSeconds, bins) },
  };
}

/** What has to wait for the end: how the requests of each bin fared. */
function byArrival(
  { arrival, promptTokens, outputTokens }: Trace,
  results: SimulationResults,
  slo: Slo,
  startAt: number,
  binSeconds: number,
  bins: number,
): Pick<Timeline, 'arrived' | 'failed' | 'attainment' | 'ttft' | 'e2e' | 'tokens'> {
  const column = (): Float64Array => new Float64Array(bins);
  const [arrived, failed, attempted, met, finished, ttft, e2e, tokens] = Array.from({ length: 8 }, column) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (let request = 0; request < arrival.length; request++) {
    const bin = Math.floor((arrival[request]! - startAt) / binSeconds);
    if (bin < 0 || bin >= bins) continue;
    arrived[bin]!++;
    if (results.outcome[request] !== Outcome.failedInTrace) attempted[bin]!++;
    if (isMet(results, request, slo)) met[bin]!++;
    if (results.outcome[request] !== Outcome.finished) {
      failed[bin]!++;
      continue;
    }
    finished[bin]!++;
    ttft[bin]! += results.ttft[request]!;
    e2e[bin]! += results.e2e[request]!;
    const end = Math.floor((arrival[request]! + results.e2e[request]! - startAt) / binSeconds);
    if (end < bins) tokens[end]! += promptTokens[request]! + outputTokens[request]!;
  }
  const share = (sums: Float64Array, counts: Float64Array): Float64Array =>
    sums.map((sum, bin) => (counts[bin] === 0 ? NaN : sum / counts[bin]!));
  return {
    arrived,
    failed,
    attainment: share(met, attempted),
    ttft: share(ttft, finished),
    e2e: share(e2e, finished),
    tokens,
  };
}
