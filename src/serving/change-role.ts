import type { Role } from '../spec/index.js';
import { startChanged, type Cluster } from './cluster.js';
import { drainInstances } from './drain.js';

/**
 * Gives instances another role: each drains first, and serves in its new role so many seconds after its last request has ended: a whole
 * launch time where the engine starts anew, a moment where it only flips.
 *
 * @param count how many; those that `drainInstances` takes, no more than there are
 * @param at when; the cluster is advanced to it
 * @param seconds from the end of an instance's drain to its first servable request in the new role
 * @returns the numbers of the instances that drain
 */
export function changeRoles(
  cluster: Cluster,
  from: Role,
  to: Role,
  count: number,
  at: number,
  seconds: () => number,
): number[] {
  const drained = drainInstances(cluster, from, count, at);
  for (const number of drained) cluster.roleChanges.push({ number, to, seconds: seconds() });
  startChanged(cluster);
  return drained;
}
