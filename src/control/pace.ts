import { brokenRule, rolesOf } from '../plan/index.js';
import type { InstanceCounts, Role } from '../spec/index.js';
import { rulesOf, type DirectionRules } from './rules.js';
import type { Limited } from './stabilize.js';
import type { ControlSettings, ControlState, PacedChange } from './state.js';
import { nearestBetween } from './within-limits.js';
import type { Limit } from './types.js';

/** How far one role may go at once, and what says so. */
interface PaceRange {
  readonly low: number;
  readonly lowLimit: Limit;
  readonly high: number;
  readonly highLimit: Limit;
}

/**
 * Targets no further off the current counts than `maxStep` (mode Bounded) and `behavior` allow. What that leaves of a change
 * still keeps the budget and the ratio: where it would not, it stops at the nearest counts on the way that do.
 *
 * @param changes the counted ones, see `countedChanges`
 * @source kubernetes.io, "Horizontal Pod Autoscaling: configurable scaling behavior"
 */
export function withinPace(
  settings: ControlSettings,
  changes: readonly PacedChange[],
  targets: InstanceCounts,
  current: InstanceCounts,
  now: number,
): Limited {
  const limits = new Set<Limit>();
  const paced: InstanceCounts = {};
  for (const role of rolesOf(settings.limits)) {
    const { low, lowLimit, high, highLimit } = rangeOf(settings, changes, role, current[role] ?? 0, now);
    const wanted = targets[role] ?? 0;
    if (wanted < low) limits.add(lowLimit);
    if (wanted > high) limits.add(highLimit);
    paced[role] = Math.min(high, Math.max(low, wanted));
  }
  if (limits.size === 0) return { targets, limits: [] };
  const broken = brokenRule(paced, settings.limits);
  if (broken === null) return { targets: paced, limits: [...limits] };
  return { targets: nearestBetween(settings.limits, current, paced), limits: [...limits, broken] };
}

/** The changes that count from here on: those of the longest period, the newest as far as it is seen to have been made. */
export function countedChanges(
  settings: ControlSettings,
  { changes }: ControlState,
  current: InstanceCounts,
  now: number,
): readonly PacedChange[] {
  const { behavior } = rulesOf(settings);
  const policies = [...(behavior?.scaleUp?.policies ?? []), ...(behavior?.scaleDown?.policies ?? [])];
  const longest = Math.max(0, ...policies.map(({ periodSeconds }) => periodSeconds));
  return changes
    .map((change, place) => (place === changes.length - 1 ? asSeen(change, current) : change))
    .filter(({ at }) => at > now - longest);
}

/** A change of which a part was not made (a dry mode, a failed write) counts for what was. */
function asSeen(change: PacedChange, current: InstanceCounts): PacedChange {
  const to = { ...change.to };
  for (const role of Object.keys(to) as Role[]) {
    const before = change.from[role] ?? 0;
    const [low, high] = [Math.min(before, to[role]!), Math.max(before, to[role]!)];
    to[role] = Math.min(high, Math.max(low, current[role] ?? 0));
  }
  return { ...change, to };
}

function rangeOf(
  settings: ControlSettings,
  changes: readonly PacedChange[],
  role: Role,
  current: number,
  now: number,
): PaceRange {
  const { mode, maxStep, behavior } = rulesOf(settings);
  const step = mode === 'Bounded' ? (maxStep ?? Infinity) : Infinity;
  const risenWithin = (seconds: number): number => {
    const counted = changes.filter(({ at }) => at > now - seconds);
    return counted.reduce((sum, { from, to }) => sum + (to[role] ?? 0) - (from[role] ?? 0), 0);
  };
  const up = allowedStep(behavior?.scaleUp, current, risenWithin);
  const down = allowedStep(behavior?.scaleDown, current, risenWithin, -1);
  return {
    low: current - Math.min(step, down),
    lowLimit: down < step ? 'scale-down-pace' : 'max-step',
    high: current + Math.min(step, up),
    highLimit: up < step ? 'scale-up-pace' : 'max-step',
  };
}

/** Most instances that may still change in one direction: of each policy what its period allows, less what the role already went that way in it. */
function allowedStep(
  rules: DirectionRules | undefined,
  current: number,
  risenWithin: (seconds: number) => number,
  sign: 1 | -1 = 1,
): number {
  if (rules?.selectPolicy === 'Disabled') return 0;
  const steps = (rules?.policies ?? []).map(({ type, value, periodSeconds }) => {
    const risen = risenWithin(periodSeconds);
    const allowed = type === 'Pods' ? value : Math.ceil(((current - risen) * value) / 100);
    return Math.max(0, allowed - sign * risen);
  });
  if (steps.length === 0) return Infinity;
  return rules?.selectPolicy === 'Min' ? Math.min(...steps) : Math.max(...steps);
}
