import { InputError } from '../base/index.js';
import type { InstanceCounts, Role } from '../spec/index.js';
import type { Trace } from '../trace/index.js';
import { launchInstance, openCluster, type Cluster, type ClusterOptions } from './cluster.js';
import { finishCluster, type SimulationResults } from './cluster-results.js';

/** A deployment of fixed size: all that `openCluster` takes but the trace, and how many instances. */
export interface StaticDeployment extends Omit<ClusterOptions, 'trace'> {
  /** `serve`, or `prefill` and `decode`. */
  readonly counts: InstanceCounts;
}

/** Longest time that a simulation goes on after the last arrival. */
export interface SimulationLimit {
  readonly limitSeconds?: number | undefined;
}

/**
 * Simulates a trace on instances that are ready from the start and stay.
 *
 * @throws InputError when the counts are no deployment
 */
export function simulate(trace: Trace, deployment: StaticDeployment & SimulationLimit): SimulationResults {
  return finishCluster(openStatic(trace, deployment), { limitSeconds: deployment.limitSeconds ?? Infinity });
}

/** The cluster of a static deployment with all its instances ready, before its first request. */
export function openStatic(trace: Trace, { counts, ...options }: StaticDeployment): Cluster {
  checkCounts(counts);
  const cluster = openCluster({ ...options, trace });
  for (const role of Object.keys(counts) as Role[])
    for (let i = 0; i < counts[role]!; i++) launchInstance(cluster, role, cluster.startAt);
  return cluster;
}

/**
 * Refuses counts that are no deployment: either `serve`, or both `prefill` and `decode`, each a whole number of at least 1.
 *
 * @throws InputError
 */
export function checkCounts(counts: InstanceCounts): void {
  const { serve, prefill, decode } = counts;
  const isColocated = serve !== undefined && prefill === undefined && decode === undefined;
  const isSplit = serve === undefined && prefill !== undefined && decode !== undefined;
  if (!isColocated && !isSplit)
    throw new InputError(
      `a deployment has either serve instances, or prefill and decode instances, got ${JSON.stringify(counts)}`,
    );
  for (const [role, count] of Object.entries(counts))
    if (!Number.isInteger(count) || count < 1)
      throw new InputError(`${role} instances must be a whole number of at least 1, got ${count}`);
}
