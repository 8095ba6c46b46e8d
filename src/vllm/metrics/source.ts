import type { LoadSeries, WorkloadMix } from '../../load/index.js';
import type { Role } from '../../spec/index.js';

/** Where the load and the state of a running service are read from: Prometheus, or its pods. All times are Unix seconds. */
export interface MetricsSource {
  /**
   * The load of the whole bins in [from, to), `to` best a few seconds ago so that every pod's last scrape is in, on the grid of multiples of `binSeconds`; bins that nothing is known of are missing, and so are
   * token sums (NaN) where only they are unknown. `requests` counts arrivals: what has ended, and what still runs or waits.
   *
   * @throws UpstreamError when the source does not answer, or not with what was asked for
   */
  history(from: number, to: number, binSeconds: number): Promise<LoadSeries>;
  /**
   * The service at a moment.
   *
   * @throws UpstreamError as above
   */
  now(at: number): Promise<LiveReadings>;
  /**
   * The mix of the requests that ended in [from, to); null when none did, or nothing tells of their lengths.
   *
   * @throws UpstreamError as above
   */
  mix(from: number, to: number): Promise<WorkloadMix | null>;
  close(): void;
}

/** A service as it was read at a moment. `null` is unknown, and never the same as 0; of a pool that has been silent for too long all is unknown. */
export interface LiveReadings {
  readonly at: number;
  /** A role that has no pool is left out. */
  readonly roles: Partial<Record<Role, RoleReadings>>;
  /** Mean seconds to the first token, prefill and decode pools added up, and per token after it, over the last window. */
  readonly ttft: number | null;
  readonly tpot: number | null;
  /** When the newest sample was taken of the pool that has been silent for longest; null when a pool has none. */
  readonly newestSampleAt: number | null;
  /** Requests in the running batch of each pod, by its name; a role whose metrics do not name their pod is left out. */
  readonly emptiestPods?: Partial<Record<Role, Readonly<Record<string, number>>>>;
  /** Why what was read could not be kept for `history`; left out where it was, or need not be. */
  readonly notKept?: string;
}

/** One pool as it was read. */
export interface RoleReadings {
  /** Requests queued, over all pods. */
  readonly waiting: number | null;
  /** Requests in the running batches. */
  readonly running: number | null;
  /** Mean share of KV blocks in use, [0, 1]. */
  readonly kvUse: number | null;
  /** When its newest sample was taken; null when there is none. */
  readonly newestSampleAt: number | null;
}

/** When the newest sample was taken of the pool that has been silent for longest; null when a pool has none. */
export function leastFreshSampleAt(pools: readonly Pick<RoleReadings, 'newestSampleAt'>[]): number | null {
  const moments = pools.map(({ newestSampleAt }) => newestSampleAt ?? -Infinity);
  const oldest = Math.min(...moments);
  return Number.isFinite(oldest) ? oldest : null;
}

/** The pods of one role, as the labels of their metrics tell them. */
export interface PoolSelector {
  readonly role: Role;
  /** Where its pods run: series of another namespace are not its own, those that name none are. */
  readonly namespace?: string;
  /** A regular expression (RE2, anchored at both ends) for the label that names the pod. */
  readonly podPattern?: string;
  /** The label that names the pod; default `pod`. */
  readonly podLabel?: string;
  /** Further labels that must be equal. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** The pool where requests arrive: their number and their prompts are counted there, and only there. */
export function entryPool<Pool extends { readonly role: Role }>(pools: readonly Pool[]): Pool {
  return poolOf(pools, ['serve', 'prefill']);
}

/** The pool that makes the response: its tokens are counted there, and only there. */
export function exitPool<Pool extends { readonly role: Role }>(pools: readonly Pool[]): Pool {
  return poolOf(pools, ['serve', 'decode']);
}

function poolOf<Pool extends { readonly role: Role }>(pools: readonly Pool[], roles: readonly Role[]): Pool {
  const found = pools.find(({ role }) => roles.includes(role));
  if (!found) throw new RangeError(`Cannot read metrics: need a pool ${roles.join(' or ')}`);
  return found;
}

/** @throws RangeError unless requests have a pool to arrive at and one that answers them */
export function checkPools(pools: readonly { readonly role: Role }[]): void {
  entryPool(pools);
  exitPool(pools);
}
