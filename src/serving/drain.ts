import type { Role } from '../spec/index.js';
import { advanceCluster } from './advance-cluster.js';
import type { Cluster } from './cluster.js';

/**
 * Takes instances out of service: those not yet ready first (the latest one first; they stop at once), then those with the fewest
 * requests, which finish what they have and take nothing new.
 *
 * @param count how many; no more than there are
 * @param at when; the cluster is advanced to it
 * @returns the instances' numbers
 */
export function drainInstances(cluster: Cluster, role: Role, count: number, at: number): number[] {
  advanceCluster(cluster, at);
  const pool = role === 'decode' ? cluster.decode : cluster.entry;
  if (pool?.role !== role) return [];
  const drained: number[] = [];
  while (drained.length < count && pool.starting.length > 0) {
    const number = pool.starting.pop()!;
    const instance = cluster.instances[number]!;
    instance.drainAt = instance.stoppedAt = at;
    drained.push(number);
  }
  while (drained.length < count && pool.ready.length > 0) {
    const load = (number: number): number => cluster.instances[number]!.replica.outstanding;
    const emptiest = pool.ready.reduce((best, number) => (load(number) < load(best) ? number : best));
    pool.ready.splice(pool.ready.indexOf(emptiest), 1);
    const instance = cluster.instances[emptiest]!;
    instance.drainAt = at;
    if (instance.replica.outstanding === 0) instance.stoppedAt = at;
    else pool.draining.push(emptiest);
    drained.push(emptiest);
  }
  return drained;
}
