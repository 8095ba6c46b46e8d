import type { Role } from '../spec/index.js';
import type { Cluster, Pool } from './cluster.js';
import { kvUseOf, waitingOn } from './load-of-replica.js';

/** What an operator could see of one role now. */
export interface RoleState {
  readonly ready: number;
  /** When each starting instance will be ready, and when it was asked for; soonest ready first. */
  readonly starting: readonly number[];
  readonly startingSince: readonly number[];
  readonly draining: number;
  /** Requests in queues, those at the router included. */
  readonly waiting: number;
  /** Requests in running batches. */
  readonly running: number;
  /** Mean share of KV blocks in use over ready and draining instances; 0 when there are none. */
  readonly kvUse: number;
}

/** The cluster at its present moment, by role. */
export function observeCluster(cluster: Cluster): Partial<Record<Role, RoleState>> {
  const states: Partial<Record<Role, RoleState>> = {};
  for (const pool of [cluster.entry, cluster.decode]) if (pool) states[pool.role] = observePool(cluster, pool);
  return states;
}

function observePool({ instances, now }: Cluster, pool: Pool): RoleState {
  const serving = [...pool.ready, ...pool.draining].map((number) => instances[number]!.replica);
  const starting = pool.starting.map((number) => instances[number]!);
  const total = (values: number[]): number => values.reduce((sum, value) => sum + value, 0);
  return {
    ready: pool.ready.length,
    starting: starting.map(({ readyAt }) => readyAt),
    startingSince: starting.map(({ askedAt }) => askedAt),
    draining: pool.draining.length,
    waiting: total(serving.map(waitingOn)) + pool.held.length,
    running: total(serving.map(({ running }) => running)),
    kvUse: serving.length === 0 ? 0 : total(serving.map((replica) => kvUseOf(replica, now))) / serving.length,
  };
}
