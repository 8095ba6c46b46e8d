import type { Forecast } from '../forecast/index.js';
import type { AttainmentTable, FleetLimits, FleetState } from '../plan/index.js';
import type { InstanceCounts, Role } from '../spec/index.js';
import type { ScalingRules } from './rules.js';
import type { Observation } from './types.js';

/** How one fleet is to be controlled: what a user decides (rules left out are PLAIN_RULES'), and what was measured. */
export interface ControlSettings extends Partial<ScalingRules> {
  readonly limits: FleetLimits;
  /** Simulated attainment of every allowed configuration under the present mix. */
  readonly table: AttainmentTable;
  /** Bound of the time to first token, seconds; null when the SLO has none. */
  readonly ttft: number | null;
  /** Bound of the time per output token, seconds; null when the SLO has none. */
  readonly tpot: number | null;
  /** From asking for an instance to its first servable request. */
  readonly launchSeconds: number;
  /** How long a drained instance is still held. */
  readonly drainSeconds: number;
  /** Share of the requests that do not fail, and so are served. */
  readonly servedShare: number;
  /** Level of the forecast to be ready for, one of QUANTILE_LEVELS. */
  readonly quantile: number;
  readonly beamWidth: number;
  /** Scale-downs follow the highest wish of so many seconds. */
  readonly stabilizationSeconds: number;
}

/** What `decide` carries from one call to the next. */
export interface ControlState {
  /** The newest forecast of requests per bin, and the moment of its origin; null before the first. */
  readonly forecast: { readonly originAt: number; readonly requests: Forecast } | null;
  /** What each role is known to have on order, from the last observation. */
  readonly orders: FleetState;
  /** Requests of the newest closed bin that was known; null before the first. */
  readonly lastBinRequests: number | null;
  /** Requests that waited where they arrive, when last observed. */
  readonly queue: { readonly at: number; readonly waiting: number } | null;
  readonly lastScaleUpAt: number | null;
  readonly lastScaleDownAt: number | null;
  /** Wishes of the last stabilization window, oldest first. */
  readonly wishes: readonly { readonly at: number; readonly targets: InstanceCounts }[];
  /** Changes asked for within the longest period of a pace policy, oldest first. */
  readonly changes: readonly PacedChange[];
  /** Since when metrics are missing; null while they are there. */
  readonly blindSince: number | null;
}

/** A change that was asked for: the counts before, and those wanted. */
export interface PacedChange {
  readonly at: number;
  readonly from: InstanceCounts;
  readonly to: InstanceCounts;
}

/** The state before the first decision. */
export function initialState(): ControlState {
  return {
    forecast: null,
    orders: {},
    lastBinRequests: null,
    queue: null,
    lastScaleUpAt: null,
    lastScaleDownAt: null,
    wishes: [],
    changes: [],
    blindSince: null,
  };
}

/**
 * The fleet and its order book in plan time (seconds from `now`): each starting instance is ready one launch time after it
 * was asked for, and one that is overdue is taken to be ready within a tenth of a launch time.
 */
export function fleetOf(observation: Observation, settings: ControlSettings, now: number): FleetState {
  const fleet: Partial<Record<Role, { ready: number; readyAt: number[] }>> = {};
  for (const [role, seen] of Object.entries(observation.roles) as [Role, (typeof observation.roles)[Role]][]) {
    if (!seen) continue;
    const soonest = settings.launchSeconds / 10;
    const readyAt = seen.startingSince.map((since) => Math.max(soonest, since + settings.launchSeconds - now));
    fleet[role] = { ready: seen.ready, readyAt: readyAt.sort((a, b) => a - b) };
  }
  return fleet;
}
