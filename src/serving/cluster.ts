import { InputError } from '../base/index.js';
import type { Role } from '../spec/index.js';
import type { Trace } from '../trace/index.js';
import type { LatencyProfile } from './profile.js';
import { openReplicaEvents, type ReplicaEvents } from './replica-events.js';
import {
  DEFAULT_SCHEDULER,
  openReplica,
  type FirstToken,
  type Replica,
  type RequestColumns,
  type SchedulerOptions,
} from './replica.js';
import type { SchedulingPolicy } from './scheduling.js';
import { openResults, type ResultColumns } from './results.js';

/**
 * How a router picks among ready instances: the fewest outstanding requests (prompt tokens in a prefill pool), the fewest waiting
 * ones (of equals the fewest outstanding), or one after the other. Ties go to the next one after the last choice.
 */
export type Routing = 'least-loaded' | 'shortest-queue' | 'round-robin';

/** One instance and its life. */
export interface Instance {
  readonly role: Role;
  readonly replica: Replica;
  /** When it was asked for. */
  readonly askedAt: number;
  /** When it can serve. */
  readonly readyAt: number;
  /** When it was told to drain; NaN while it was not. */
  drainAt: number;
  /** When it gave its GPU back; NaN while it has not. */
  stoppedAt: number;
}

/** The instances of one role behind their router. */
export interface Pool {
  readonly role: Role;
  /** Numbers of the instances that take requests now. */
  readonly ready: number[];
  /** Numbers of the instances that are to become ready, soonest first. */
  readonly starting: number[];
  /** Numbers of the instances that finish what they have. */
  readonly draining: number[];
  /** Requests that wait at the router since no instance is ready, and how long each takes from there to an instance. */
  readonly held: { request: number; delay: number }[];
  readonly events: ReplicaEvents;
  /** Place in `ready` from which the next choice starts. */
  turn: number;
  /** The pool's requests have been routed up to this moment. */
  now: number;
}

/** A simulated deployment and its trace. Opaque outside `serving`; plain data. */
export interface Cluster {
  readonly profile: LatencyProfile;
  readonly trace: Trace;
  readonly requests: RequestColumns;
  readonly scheduler: Required<SchedulerOptions>;
  readonly firstToken: FirstToken;
  readonly routing: Routing;
  readonly startAt: number;
  /** The pool that takes arrivals: `serve` or `prefill`; null until the first launch. */
  entry: Pool | null;
  /** The `decode` pool; null in a colocated cluster. */
  decode: Pool | null;
  readonly instances: Instance[];
  /** It was simulated up to this moment. */
  now: number;
  /** First request of the trace that was not offered yet. */
  next: number;
  readonly results: ResultColumns;
  /** Instances that drain to serve in another role, and how long that takes after their last request. */
  readonly roleChanges: RoleChange[];
}

/** An instance on its way to another role. */
export interface RoleChange {
  readonly number: number;
  readonly to: Role;
  readonly seconds: number;
}

/** What `openCluster` needs. */
export interface ClusterOptions {
  readonly profile: LatencyProfile;
  readonly trace: Trace;
  /** Where the first token comes from in a prefill/decode cluster; default `decode`, as vLLM's router does. */
  readonly firstToken?: FirstToken | undefined;
  readonly maxSeqs?: number | undefined;
  readonly tokenBudget?: number | undefined;
  readonly routing?: Routing | undefined;
  /** Who is served first where prompts wait; default `fcfs`. */
  readonly policy?: SchedulingPolicy | undefined;
  /** Share of each prompt that the prefix cache has, in [0, 1]; default 0. */
  readonly prefixHitRate?: number | undefined;
  /** Longest time from a request's arrival to its first token, wherever it waits, before it fails; default Infinity. */
  readonly timeoutSeconds?: number | undefined;
  /** When the simulation starts, seconds of the trace; earlier requests are left out. Default: where the trace starts. */
  readonly startAt?: number | undefined;
}

/** A cluster without instances at `startAt`. Failed requests of the trace (0 output tokens) are left out of it. */
export function openCluster(options: ClusterOptions): Cluster {
  const { profile, trace, firstToken = 'decode', routing = 'least-loaded' } = options;
  const startAt = options.startAt ?? trace.startSeconds ?? 0;
  const maxSeqs = options.maxSeqs ?? DEFAULT_SCHEDULER.maxSeqs;
  const tokenBudget = options.tokenBudget ?? Math.max(maxSeqs, DEFAULT_SCHEDULER.tokenBudget);
  let next = 0;
  while (next < trace.arrival.length && trace.arrival[next]! < startAt) next++;
  const { arrival, outputTokens } = trace;
  const requests = { promptTokens: atLeastOne(trace.promptTokens), outputTokens, arrival };
  return {
    profile,
    trace,
    requests,
    scheduler: {
      maxSeqs,
      tokenBudget,
      policy: options.policy ?? 'fcfs',
      prefixHitRate: options.prefixHitRate ?? 0,
      timeoutSeconds: options.timeoutSeconds ?? Infinity,
    },
    firstToken,
    routing,
    startAt,
    entry: null,
    decode: null,
    instances: [],
    now: startAt,
    next,
    results: openResults(trace.arrival.length),
    roleChanges: [],
  };
}

/** An empty prompt still has its start token. */
function atLeastOne(tokens: Uint32Array): Uint32Array {
  return tokens.includes(0) ? tokens.map((count) => Math.max(1, count)) : tokens;
}

/**
 * Asks for an instance at the cluster's present moment.
 *
 * @param readyAt when it can serve; from then on it takes requests
 * @param askedAt since when its GPU counts; the present moment unless given
 * @returns its number
 * @throws InputError when `serve` is mixed with `prefill` or `decode`
 * @throws RangeError when `readyAt` lies before the present moment
 */
export function launchInstance(cluster: Cluster, role: Role, readyAt: number, askedAt: number = cluster.now): number {
  if (!(readyAt >= cluster.now))
    throw new RangeError(`Cannot launch: ready at ${readyAt} is before the present moment ${cluster.now}`);
  const pool = poolOf(cluster, role);
  const { profile, requests, firstToken } = cluster;
  const { maxSeqs, tokenBudget, timeoutSeconds } = cluster.scheduler;
  // Prompts wait at serve and prefill instances: decode takes what comes with its KV, as it comes.
  const ofDecode = { maxSeqs, tokenBudget, ...(firstToken === 'decode' ? { timeoutSeconds } : {}) };
  const scheduler = role === 'decode' ? ofDecode : cluster.scheduler;
  const { events } = pool;
  const replica = openReplica({ role, profile, requests, scheduler, firstToken, events, startAt: readyAt });
  const instance = cluster.instances.length;
  cluster.instances.push({ role, replica, askedAt, readyAt, drainAt: NaN, stoppedAt: NaN });
  const place = pool.starting.findLastIndex((other) => cluster.instances[other]!.readyAt <= readyAt);
  pool.starting.splice(place + 1, 0, instance);
  return instance;
}

/** Launches those in their new roles that have drained. */
export function startChanged(cluster: Cluster): void {
  const { roleChanges, instances, now } = cluster;
  for (let i = roleChanges.length - 1; i >= 0; i--) {
    const { number, to, seconds } = roleChanges[i]!;
    const { stoppedAt } = instances[number]!;
    if (!(stoppedAt <= now)) continue;
    roleChanges.splice(i, 1);
    launchInstance(cluster, to, Math.max(now, stoppedAt + seconds), stoppedAt);
  }
}

function poolOf(cluster: Cluster, role: Role): Pool {
  const { entry, decode } = cluster;
  const isMixed = role === 'serve' ? (entry ?? decode) !== null && entry?.role !== 'serve' : entry?.role === 'serve';
  if (isMixed) throw new InputError('a cluster has either serve instances, or prefill and decode instances');
  if (role === 'decode') return (cluster.decode ??= openPool(role, cluster.now));
  return (cluster.entry ??= openPool(role, cluster.now));
}

function openPool(role: Role, now: number): Pool {
  return { role, ready: [], starting: [], draining: [], held: [], events: openReplicaEvents(), turn: 0, now };
}
