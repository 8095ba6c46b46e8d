import type { Cluster, Pool } from './cluster.js';
import { acceptRequest, advanceReplica } from './engine.js';
import { waitingOn } from './load-of-replica.js';
import { Outcome } from './results.js';

/**
 * Gives a request to an instance of a pool, or holds it at the router when none is ready.
 *
 * @param now when the router decides
 * @param delay seconds until the request reaches the instance: its KV transfer
 */
export function routeRequest(cluster: Cluster, pool: Pool, request: number, now: number, delay: number): void {
  if (pool.ready.length === 0) {
    pool.held.push({ request, delay });
    return;
  }
  const place = cluster.routing === 'round-robin' ? pool.turn % pool.ready.length : leastLoaded(cluster, pool, now);
  pool.turn = (place + 1) % pool.ready.length;
  const { replica } = cluster.instances[pool.ready[place]!]!;
  if (cluster.routing === 'round-robin') advanceReplica(replica, now);
  acceptRequest(replica, request, now + delay);
}

/** More requests than one instance ever has. */
const MANY = 2 ** 32;

/** Place in `ready` of the instance with the least to do at `now`; ties go to the first from `turn` on. */
function leastLoaded(cluster: Cluster, pool: Pool, now: number): number {
  const { ready, role } = pool;
  let best = -1;
  let least = Infinity;
  for (let i = 0; i < ready.length; i++) {
    const place = (pool.turn + i) % ready.length;
    const { replica } = cluster.instances[ready[place]!]!;
    advanceReplica(replica, now);
    const load =
      cluster.routing === 'shortest-queue'
        ? waitingOn(replica) * MANY + replica.outstanding // of equal queues the one beside the fewest requests
        : role === 'prefill'
          ? replica.outstandingTokens
          : replica.outstanding;
    if (load >= least) continue;
    least = load;
    best = place;
  }
  return best;
}

/** Gives what was held at the router to instances, in the order in which it came; what has waited for too long fails. */
export function releaseHeld(cluster: Cluster, pool: Pool, now: number): void {
  dropHeld(cluster, pool, now);
  for (const { request, delay } of pool.held.splice(0)) routeRequest(cluster, pool, request, now, delay);
}

/** Lets those go that wait at the router without a first token when their timeout is over. */
export function dropHeld(cluster: Cluster, pool: Pool, now: number): void {
  const { trace, results, scheduler, firstToken } = cluster;
  const hasFirstToken = pool === cluster.decode && firstToken === 'prefill';
  if (hasFirstToken || scheduler.timeoutSeconds === Infinity) return;
  for (const one of pool.held.splice(0))
    if (now - trace.arrival[one.request]! > scheduler.timeoutSeconds) results.outcome[one.request] = Outcome.timedOut;
    else pool.held.push(one);
}
