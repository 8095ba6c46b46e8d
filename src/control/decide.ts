import {
  attainmentAt,
  brokenRule,
  configurationKey,
  gpusOf,
  indexTable,
  rolesOf,
  searchPlan,
  type AttainmentIndex,
  type Demand,
  type FleetState,
  type PlanProblem,
  type ScalingPlan,
} from '../plan/index.js';
import type { InstanceCounts } from '../spec/index.js';
import { demandNow, newestBin } from './demand-now.js';
import { queueOf, reactionOf, type Reaction } from './reaction.js';
import { fleetOf, type ControlSettings, type ControlState } from './state.js';
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

/** GPU seconds that one miss beyond the allowed share is worth, in units of what serving it well costs. */
const MISS_PRICE_FACTOR = 10;

/**
 * One round of control, pure: the same arguments give the same answer. The forecast is planned for at its high quantile over
 * the order book, raised to what has just been seen; queues set a floor below which nothing scales; scaling down needs the high quantile to fit the smaller
 * fleet for a whole launch time, now and throughout the stabilization window.
 *
 * @param observation null when nothing could be read: hold
 * @param now seconds, on the observation's clock
 */
export function decide(
  settings: ControlSettings,
  state: ControlState,
  observation: Observation | null,
  now: number,
): DecideResult {
  if (observation === null || !isComplete(observation, settings))
    return { decision: { kind: 'hold', reason: 'no-data' }, plan: null, wish: null, limits: [], state };
  const index = indexTable(settings.table);
  const current = currentCounts(observation, settings);
  const demand = demandNow(settings, state, observation, now);
  const plan =
    demand && searchPlan(planProblemOf(settings, fleetOf(observation, settings, now), demand), settings.beamWidth);
  const reaction = reactionOf(observation, settings);
  const planned = plan?.steps[0] ?? current;
  const wish = withinRules(settings, raised(settings, planned, reaction), planned, current);
  const wishes = wishesSoFar(settings, state, current, wish, now);
  const targets = withinRules(settings, steadied(settings, index, wish, current, wishes, demand), wish, current);
  const decision = decisionOf(settings, targets, wish, current, reaction);
  const next = nextState(settings, state, decision, current, wishes, observation, now);
  return { decision, plan, wish, limits: [], state: next };
}

/** The window's wishes with the newest; what a fleet has when it is first seen counts as wished for. */
function wishesSoFar(
  settings: ControlSettings,
  state: ControlState,
  current: InstanceCounts,
  wish: InstanceCounts,
  now: number,
): ControlState['wishes'] {
  const past = state.wishes.length === 0 ? [{ at: now, targets: current }] : state.wishes;
  return [...past.filter(({ at }) => at > now - settings.stabilizationSeconds), { at: now, targets: wish }];
}

function isComplete(observation: Observation, settings: ControlSettings): boolean {
  return rolesOf(settings.limits).every((role) => observation.roles[role] !== undefined);
}

function currentCounts(observation: Observation, settings: ControlSettings): InstanceCounts {
  const counts: InstanceCounts = {};
  for (const role of rolesOf(settings.limits)) counts[role] = observation.roles[role]!.current;
  return counts;
}

/**
 * What the search is asked: from this fleet, with its orders, for this demand.
 *
 * @param start in plan time: seconds from the demand's first step
 */
export function planProblemOf(settings: ControlSettings, start: FleetState, demand: Demand): PlanProblem {
  const { limits, table, launchSeconds, drainSeconds } = settings;
  const best = Math.max(...table.rows.map((row) => row.goodput / gpusOf(row.counts, limits)));
  const missPrice = best > 0 ? MISS_PRICE_FACTOR / best : 0;
  return {
    start,
    limits,
    demand,
    table: indexTable(table),
    target: table.target,
    launchSeconds,
    drainSeconds,
    missPrice,
  };
}

function raised(settings: ControlSettings, counts: InstanceCounts, reaction: Reaction | null): InstanceCounts {
  if (reaction === null) return counts;
  const next: InstanceCounts = {};
  for (const role of rolesOf(settings.limits)) next[role] = Math.max(counts[role] ?? 0, reaction.floor[role] ?? 0);
  return next;
}

/** Each role no lower than the stabilization window's highest wish, and no lower at all unless the demand of a launch time fits. */
function steadied(
  settings: ControlSettings,
  table: AttainmentIndex,
  wish: InstanceCounts,
  current: InstanceCounts,
  wishes: ControlState['wishes'],
  demand: Demand | null,
): InstanceCounts {
  const next: InstanceCounts = {};
  for (const role of rolesOf(settings.limits)) {
    const highest = Math.max(...wishes.map(({ targets }) => targets[role] ?? 0));
    next[role] = Math.max(wish[role] ?? 0, Math.min(current[role] ?? 0, highest));
  }
  const lowers = rolesOf(settings.limits).some((role) => next[role]! < (current[role] ?? 0));
  if (!lowers || fitsALaunchTime(settings, table, next, demand)) return next;
  for (const role of rolesOf(settings.limits)) next[role] = Math.max(next[role]!, current[role] ?? 0);
  return next;
}

function fitsALaunchTime(
  settings: ControlSettings,
  table: AttainmentIndex,
  counts: InstanceCounts,
  demand: Demand | null,
): boolean {
  if (demand === null) return false;
  const row = table.get(configurationKey(counts));
  const steps = Math.min(demand.high.length, Math.ceil(settings.launchSeconds / demand.stepSeconds) + 1);
  return demand.high.slice(0, steps).every((rate) => attainmentAt(row, rate) >= settings.table.target);
}

/**
 * The targets within the fleet's rules. Where the budget or the ratio forbids them, what was only held back from scaling down
 * goes first (the wish is a plan, and within the rules), then growth is given up; what still breaks a rule stays as it is.
 */
function withinRules(
  settings: ControlSettings,
  targets: InstanceCounts,
  wish: InstanceCounts,
  current: InstanceCounts,
): InstanceCounts {
  const { limits } = settings;
  const next: InstanceCounts = {};
  for (const role of rolesOf(limits)) {
    const { minReplicas, maxReplicas } = limits.roles[role]!;
    next[role] = Math.min(maxReplicas, Math.max(minReplicas, targets[role] ?? 0));
  }
  for (const lower of [wish, current]) {
    for (const role of rolesOf(limits))
      while (
        brokenRule(next, limits) !== null &&
        next[role]! > Math.max(lower[role] ?? 0, limits.roles[role]!.minReplicas)
      )
        next[role]--;
  }
  return brokenRule(next, limits) === null || brokenRule(current, limits) !== null ? next : current;
}

function decisionOf(
  settings: ControlSettings,
  targets: InstanceCounts,
  wish: InstanceCounts,
  current: InstanceCounts,
  reaction: Reaction | null,
): Decision {
  if (configurationKey(targets) === configurationKey(current)) {
    return { kind: 'hold', reason: configurationKey(wish) === configurationKey(current) ? 'at-plan' : 'cooldown' };
  }
  const grows = rolesOf(settings.limits).some((role) => targets[role]! > (current[role] ?? 0));
  if (!grows) return { kind: 'scale', targets, reason: 'scale-down' };
  const reacts =
    reaction !== null && rolesOf(settings.limits).some((role) => (reaction.floor[role] ?? 0) > (current[role] ?? 0));
  return { kind: 'scale', targets, reason: reacts ? reaction.reason : 'forecast' };
}

function nextState(
  settings: ControlSettings,
  state: ControlState,
  decision: Decision,
  current: InstanceCounts,
  wishes: ControlState['wishes'],
  observation: Observation,
  now: number,
): ControlState {
  const targets = decision.kind === 'scale' ? decision.targets : current;
  const roles = rolesOf(settings.limits);
  return {
    forecast: state.forecast,
    orders: fleetOf(observation, settings, now),
    lastBinRequests: newestBin(state, observation),
    queue: queueOf(observation),
    wishes,
    changes: [],
    blindSince: null,
    lastScaleUpAt: roles.some((role) => targets[role]! > (current[role] ?? 0)) ? now : state.lastScaleUpAt,
    lastScaleDownAt: roles.some((role) => targets[role]! < (current[role] ?? 0)) ? now : state.lastScaleDownAt,
  };
}
