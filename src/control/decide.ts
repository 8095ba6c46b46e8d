import {
  brokenRule,
  configurationKey,
  gpusOf,
  indexTable,
  rolesOf,
  searchPlan,
  type Demand,
  type FleetState,
  type PlanProblem,
  type ScalingPlan,
} from '../plan/index.js';
import type { InstanceCounts } from '../spec/index.js';
import { decideBlind } from './blind.js';
import { demandNow } from './demand-now.js';
import { withinPace } from './pace.js';
import { reactionOf, type Reaction } from './reaction.js';
import { nextState, openRound, type DecideResult, type Round } from './round.js';
import { steadied, wishesSoFar } from './stabilize.js';
import { fleetOf, type ControlSettings, type ControlState } from './state.js';
import type { Decision, Limit, Observation } from './types.js';
import { isBlind, keptWhereUnknown } from './unknown.js';
import { withinLimits } from './within-limits.js';

/** GPU seconds that one miss beyond the allowed share is worth, in units of what serving it well costs. */
const MISS_PRICE_FACTOR = 10;

/**
 * One round of control, pure: the same arguments give the same answer. The forecast is planned for at its high quantile over
 * the order book, raised to what has just been seen; queues set a floor below which nothing scales; scaling down needs the high quantile to fit the smaller
 * fleet for a whole launch time, now and throughout the stabilization window, and the role to say how it does. Then the user's rules: pace, and what to hold while metrics are missing.
 * The mode changes nothing here but `maxStep`: what is written is the caller's, see `isWriting`.
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
  const round = observation && openRound(settings, state, observation, now);
  if (round === null)
    return { decision: { kind: 'hold', reason: 'no-data' }, plan: null, wish: null, limits: [], state };
  return isBlind(round.observation) ? decideBlind(round) : decideSeeing(round);
}

function decideSeeing(round: Round): DecideResult {
  const { settings, state, observation, now, current, changes } = round;
  const { limits } = settings;
  const demand = demandNow(settings, state, observation, now);
  const plan =
    demand && searchPlan(planProblemOf(settings, fleetOf(observation, settings, now), demand), settings.beamWidth);
  const reaction = reactionOf(observation, settings);
  const planned = keptWhereUnknown(limits, plan?.steps[0] ?? current, observation);
  const needed = raised(settings, planned, reaction);
  const wish = withinLimits(limits, needed, planned, current);
  const wishes = wishesSoFar(settings, state, current, wish, now);
  const steady = steadied(settings, current, wishes, demand, now);
  const allowed = withinLimits(limits, steady.targets, wish, current);
  const paced = withinPace(settings, changes, allowed, current, now);
  const decision = decisionOf(round, { plan, reaction, wish, allowed, targets: paced.targets });
  return {
    ...{ decision, plan, wish },
    limits: [...new Set([...fleetLimitsOn(settings, plan, needed), ...steady.limits, ...paced.limits])],
    state: nextState({ ...round, state: { ...state, blindSince: null } }, decision, wishes),
  };
}

/** The rules of the fleet that keep it from what the load calls for. */
function fleetLimitsOn(settings: ControlSettings, plan: ScalingPlan | null, needed: InstanceCounts): Limit[] {
  const rules = [plan?.binding ?? 'slo', brokenRule(needed, settings.limits)];
  return rules.filter((rule) => rule === 'budget' || rule === 'ratio' || rule === 'max-replicas');
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

/** What a decision is said of, from the wish to what is asked for. */
interface Outcome {
  readonly plan: ScalingPlan | null;
  readonly reaction: Reaction | null;
  readonly wish: InstanceCounts;
  /** The wish after stabilization, before the pace. */
  readonly allowed: InstanceCounts;
  readonly targets: InstanceCounts;
}

function decisionOf({ settings, current }: Round, { plan, reaction, wish, allowed, targets }: Outcome): Decision {
  const isAt = (counts: InstanceCounts): boolean => configurationKey(counts) === configurationKey(current);
  if (isAt(targets)) {
    if (isAt(wish)) return { kind: 'hold', reason: 'at-plan' };
    return { kind: 'hold', reason: isAt(allowed) ? 'cooldown' : 'limited' };
  }
  const roles = rolesOf(settings.limits);
  const reacts = reaction !== null && roles.some((role) => (reaction.floor[role] ?? 0) > (current[role] ?? 0));
  const grows = roles.some((role) => targets[role]! > (current[role] ?? 0));
  if (plan === null && !reacts) return { kind: 'scale', targets, reason: 'limits' };
  if (!grows) return { kind: 'scale', targets, reason: 'scale-down' };
  return { kind: 'scale', targets, reason: reacts ? reaction.reason : 'forecast' };
}
