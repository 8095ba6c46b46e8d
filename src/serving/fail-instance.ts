import { advanceCluster } from './advance-cluster.js';
import type { Cluster, Instance } from './cluster.js';
import { eachRunning } from './live.js';
import { Outcome } from './results.js';
import { routeRequest } from './routing.js';

/** What becomes of the requests of an instance that fails: they fail with it, or the router starts them again from nothing. */
export type OnFailure = 'lose' | 'retry';

/**
 * An instance fails: its GPU is given back at once, a change of its role does not come, and nothing that it computed is left. What its requests had streamed is lost as
 * well: the TTFT of one that is started again is that of the attempt that lasts, counted from its arrival.
 *
 * @param number the instance's; one that has stopped already stays as it is
 * @param at when; the cluster is advanced to it
 * @returns how many requests were on it
 */
export function failInstance(cluster: Cluster, number: number, at: number, onFailure: OnFailure = 'lose'): number {
  advanceCluster(cluster, at);
  const instance = cluster.instances[number];
  if (!instance) throw new RangeError(`Cannot fail instance ${number}: there are ${cluster.instances.length}`);
  if (!Number.isNaN(instance.stoppedAt)) return 0;
  const pool = instance.role === 'decode' ? cluster.decode : cluster.entry;
  for (const places of [pool!.ready, pool!.starting, pool!.draining]) {
    const place = places.indexOf(number);
    if (place >= 0) places.splice(place, 1);
  }
  const { roleChanges } = cluster;
  const change = roleChanges.findIndex((planned) => planned.number === number);
  if (change >= 0) roleChanges.splice(change, 1);
  instance.stoppedAt = at;
  const requests = requestsOn(instance);
  empty(instance);
  for (const request of requests) {
    cluster.results.ttft[request] = NaN;
    if (onFailure === 'lose') cluster.results.outcome[request] = Outcome.lost;
    else routeRequest(cluster, cluster.entry!, request, at, 0);
  }
  return requests.length;
}

/** Its requests, in order of arrival. */
function requestsOn({ replica }: Instance): number[] {
  const found: number[] = [];
  eachRunning(replica, (request) => found.push(request));
  const { queue } = replica;
  for (let place = 0; place < queue.length; place++) found.push(queue.request[(queue.head + place) & queue.mask]!);
  return found.sort((a, b) => a - b);
}

/** Nothing is left to do on a failed instance; what it had produced before stays in its share. */
function empty({ replica }: Instance): void {
  replica.queue.length = 0;
  replica.running = 0;
  replica.sequences = 0;
  replica.outstanding = 0;
  replica.outstandingTokens = 0;
  replica.stepEnd = NaN;
}
