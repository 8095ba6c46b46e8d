import { rolesOf, type ScalingPlan } from '../plan/index.js';
import type { InstanceCounts } from '../spec/index.js';
import { newestBin } from './demand-now.js';
import { countedChanges } from './pace.js';
import { queueOf } from './reaction.js';
import { fleetOf, type ControlSettings, type ControlState, type PacedChange } from './state.js';
import type { Decision, Limit, Observation } from './types.js';

/** What was decided, from what plan (null without a forecast), and what to remember. */
export interface DecideResult {
  readonly decision: Decision;
  readonly plan: ScalingPlan | null;
  /** What would be asked for if no rule of pace held it back; null when nothing was wished. */
  readonly wish: InstanceCounts | null;
  /** What kept the decision from what the load calls for, each once. */
  readonly limits: readonly Limit[];
  readonly state: ControlState;
}

/** One round of control with all roles known. */
export interface Round {
  readonly settings: ControlSettings;
  readonly state: ControlState;
  readonly observation: Observation;
  readonly now: number;
  /** Instances asked for. */
  readonly current: InstanceCounts;
  /** What the pace counts, see `countedChanges`. */
  readonly changes: readonly PacedChange[];
}

/** Opens a round, or null when a role's instances are unknown. */
export function openRound(
  settings: ControlSettings,
  state: ControlState,
  observation: Observation,
  now: number,
): Round | null {
  const current: InstanceCounts = {};
  for (const role of rolesOf(settings.limits)) {
    const seen = observation.roles[role];
    if (seen === undefined) return null;
    current[role] = seen.current;
  }
  return { settings, state, observation, now, current, changes: countedChanges(settings, state, current, now) };
}

/** What to remember of a round. */
export function nextState(
  { settings, state, observation, now, current, changes }: Round,
  decision: Decision,
  wishes: ControlState['wishes'],
): ControlState {
  const targets = decision.kind === 'scale' ? decision.targets : current;
  const roles = rolesOf(settings.limits);
  return {
    forecast: state.forecast,
    orders: fleetOf(observation, settings, now),
    lastBinRequests: newestBin(state, observation),
    queue: queueOf(observation),
    wishes,
    changes: decision.kind === 'scale' ? [...changes, { at: now, from: current, to: targets }] : changes,
    blindSince: state.blindSince,
    lastScaleUpAt: roles.some((role) => targets[role]! > (current[role] ?? 0)) ? now : state.lastScaleUpAt,
    lastScaleDownAt: roles.some((role) => targets[role]! < (current[role] ?? 0)) ? now : state.lastScaleDownAt,
  };
}
