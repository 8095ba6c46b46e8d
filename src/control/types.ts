import type { FleetRule } from '../plan/index.js';
import type { InstanceCounts, Role } from '../spec/index.js';

/** One role of the fleet as it was seen. `null` is unknown, and never the same as 0. */
export interface RoleObservation {
  /** Instances asked for: ready, starting and not yet draining. */
  readonly current: number;
  readonly ready: number;
  /** When each starting instance was asked for, seconds. */
  readonly startingSince: readonly number[];
  readonly draining: number;
  /** Requests queued, over all instances. */
  readonly waiting: number | null;
  /** Requests in the running batches. */
  readonly running: number | null;
  /** Mean share of KV blocks in use, [0, 1]. */
  readonly kvUse: number | null;
}

/** The fleet and its latest service quality, at one moment. */
export interface Observation {
  /** Seconds on the same clock as `now`. */
  readonly at: number;
  readonly roles: Partial<Record<Role, RoleObservation>>;
  /** Mean TTFT and TPOT over the last window, seconds; null when unknown or nothing finished. */
  readonly ttft: number | null;
  readonly tpot: number | null;
  /** Load of the closed bins that were not reported before, oldest first. */
  readonly closedBins: readonly ClosedBin[];
}

/** The load of one bin that has ended; `requests` null when the bin is missing. */
export interface ClosedBin {
  readonly endsAt: number;
  readonly requests: number | null;
  readonly promptTokens: number | null;
  readonly outputTokens: number | null;
}

/** Why a decision was taken; `fallback`: metrics stayed missing; `limits`: what ran was not allowed, whatever the load. */
export type ScaleReason = 'forecast' | 'backlog' | 'slo-miss' | 'scale-down' | 'fallback' | 'limits';
/** Why nothing is changed; `limited`: a rule allows no step towards the wish; `fallback`: what is held is the fallback. */
export type HoldReason = 'no-data' | 'cooldown' | 'within-tolerance' | 'at-plan' | 'limited' | 'fallback';

/** A rule that kept a decision from its wish: one of the fleet, or one of the pace. */
export type Limit = FleetRule | 'max-step' | 'scale-up-pace' | 'scale-down-pace' | 'stabilization' | 'launch-time';

/** Hold, or the instance count wanted of each role. */
export type Decision =
  | { readonly kind: 'scale'; readonly targets: InstanceCounts; readonly reason: ScaleReason }
  | { readonly kind: 'hold'; readonly reason: HoldReason };

/** The port behind which the live and the simulated fleet differ. */
export interface Fleet {
  /** The fleet now, or null when nothing could be read. */
  observe(now: number): Promise<Observation | null>;
  apply(decision: Decision, now: number): Promise<void>;
}
