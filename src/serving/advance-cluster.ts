import { startChanged, type Cluster, type Pool } from './cluster.js';
import { advanceReplica } from './engine.js';
import { transferSeconds } from './profile.js';
import { EventKind, type ReplicaEvents } from './replica-events.js';
import { refusalOf } from './replica.js';
import { Outcome } from './results.js';
import { dropHeld, releaseHeld, routeRequest } from './routing.js';

/**
 * Offers the trace's arrivals up to a moment and runs every instance to it. Prefill feeds decode and never the other way round, so the
 * prefill pool runs first, and the decode pool takes what came out of it in order of time.
 *
 * @param to seconds, not before the last call's; Infinity: all arrivals, until nothing is left to do
 * @throws RangeError when `to` lies in the past
 */
export function advanceCluster(cluster: Cluster, to: number): void {
  if (!(to >= cluster.now)) throw new RangeError(`Cannot advance to ${to}: the present moment is ${cluster.now}`);
  // Who changes its role is to be ready in time: its end of draining is looked for second by second.
  while (cluster.roleChanges.length > 0 && cluster.now + CHANGE_LOOK < to)
    advanceOnce(cluster, cluster.now + CHANGE_LOOK);
  advanceOnce(cluster, to);
}

const CHANGE_LOOK = 1;

function advanceOnce(cluster: Cluster, to: number): void {
  const { entry, decode } = cluster;
  if (entry) {
    offerArrivals(cluster, entry, to);
    runPool(cluster, entry, to);
    if (decode) handOver(cluster, entry, decode);
    takeEvents(cluster, entry);
  }
  if (decode) {
    runPool(cluster, decode, to);
    takeEvents(cluster, decode);
  }
  cluster.now = to;
  cluster.results.marks.at.push(to);
  cluster.results.marks.finished.push(cluster.results.finished);
  for (const pool of [entry, decode]) {
    if (!pool) continue;
    dropHeld(cluster, pool, to);
    stopDrained(cluster, pool);
  }
  if (cluster.roleChanges.length > 0) startChanged(cluster);
}

function offerArrivals(cluster: Cluster, entry: Pool, to: number): void {
  const { arrival, outputTokens } = cluster.trace;
  for (; cluster.next < arrival.length && arrival[cluster.next]! <= to; cluster.next++) {
    const request = cluster.next;
    const at = arrival[request]!;
    if (outputTokens[request] === 0) {
      cluster.results.outcome[request] = Outcome.failedInTrace;
      continue;
    }
    const refusal = refusalOf(cluster.profile, cluster.requests.promptTokens[request]!, outputTokens[request]!);
    if (refusal) {
      cluster.results.outcome[request] = refusal === 'model-length' ? Outcome.tooLongForModel : Outcome.tooLongForCache;
      continue;
    }
    makeReady(cluster, entry, at);
    routeRequest(cluster, entry, request, at, 0);
  }
}

/** Sends the requests whose prefill has ended on to decode, in order of time. */
function handOver(cluster: Cluster, { events }: Pool, decode: Pool): void {
  const { request, at } = events;
  for (const row of prefilledRows(events)) {
    makeReady(cluster, decode, at[row]!);
    const seconds = transferSeconds(cluster.profile, cluster.requests.promptTokens[request[row]!]!);
    routeRequest(cluster, decode, request[row]!, at[row]!, seconds);
  }
}

/** Rows of the ends of prefill in a log, by time; those of one moment by request. */
function prefilledRows({ count, kind, request, at }: ReplicaEvents): Uint32Array {
  const rows = new Uint32Array(count);
  let found = 0;
  for (let row = 0; row < count; row++) if (kind[row] === EventKind.prefilled) rows[found++] = row;
  return rows.subarray(0, found).sort((a, b) => at[a]! - at[b]! || request[a]! - request[b]!);
}

/** Lets the instances serve that become ready up to a moment, each at its own time. */
function makeReady(cluster: Cluster, pool: Pool, to: number): void {
  while (pool.starting.length > 0) {
    const { readyAt } = cluster.instances[pool.starting[0]!]!;
    if (readyAt > to) return;
    pool.ready.push(pool.starting.shift()!);
    releaseHeld(cluster, pool, readyAt);
  }
}

function runPool(cluster: Cluster, pool: Pool, to: number): void {
  makeReady(cluster, pool, to);
  for (const instance of pool.ready) advanceReplica(cluster.instances[instance]!.replica, to);
  for (const instance of pool.draining) advanceReplica(cluster.instances[instance]!.replica, to);
}

/** Writes a pool's events into the results, and empties its log. */
function takeEvents({ trace, results }: Cluster, { events }: Pool): void {
  for (let row = 0; row < events.count; row++) {
    const request = events.request[row]!;
    const at = events.at[row]!;
    const kind = events.kind[row];
    if (kind === EventKind.timedOut) results.outcome[request] = Outcome.timedOut;
    else if (kind === EventKind.firstToken) results.ttft[request] = at - trace.arrival[request]!;
    else if (kind === EventKind.finished) {
      const e2e = at - trace.arrival[request]!;
      const outputTokens = trace.outputTokens[request]!;
      results.e2e[request] = e2e;
      if (outputTokens > 1) results.tpot[request] = (e2e - results.ttft[request]!) / (outputTokens - 1);
      results.outcome[request] = Outcome.finished;
      results.finishOrder[results.finished++] = request;
      results.lastEnd = Math.max(results.lastEnd, at);
    }
  }
  events.count = 0;
}

/** Gives back the GPUs of draining instances that have nothing left to do. */
function stopDrained(cluster: Cluster, pool: Pool): void {
  for (let place = pool.draining.length - 1; place >= 0; place--) {
    const instance = cluster.instances[pool.draining[place]!]!;
    if (instance.replica.outstanding > 0) continue;
    instance.stoppedAt = Math.max(instance.drainAt, instance.replica.time);
    pool.draining.splice(place, 1);
  }
}
