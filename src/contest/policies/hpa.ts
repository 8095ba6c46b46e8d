import type { Observation, RoleObservation } from '../../control/index.js';
import { brokenRule, rolesOf, type FleetLimits } from '../../plan/index.js';
import type { InstanceCounts, Role } from '../../spec/index.js';
import type { Policy } from '../policy.js';

/** How the rule is set: the requests in an instance that it aims at, by role. */
export interface HpaSettings {
  readonly limits: FleetLimits;
  readonly targetRequests: Partial<Record<Role, number>>;
}

/** Kubernetes' defaults: no change within 10 %, scale-downs follow the highest wish of five minutes. */
const TOLERANCE = 0.1;
const STABILIZATION_SECONDS = 300;

/**
 * A rule like the HorizontalPodAutoscaler's, one for each role: instances wanted = ready instances x mean requests in them
 * (running and waiting) / target, up at once, down to the highest wish of the last five minutes (what runs at first counts as wished for). Instances that start count
 * as idle, as the HPA's do before they are ready.
 *
 * @source kubernetes.io, "Horizontal Pod Autoscaling: algorithm details"
 */
export function hpaPolicy({ limits, targetRequests }: HpaSettings): Policy {
  let wishes: { at: number; counts: InstanceCounts }[] = [];
  return {
    name: 'HPA-like rule',
    decide(observation, now) {
      const wish = observation && wishOf(observation, limits, targetRequests);
      if (observation === null || wish === null) return { kind: 'hold', reason: 'no-data' };
      if (wishes.length === 0) wishes = [{ at: now, counts: currentCounts(observation, limits) }]; // as the HPA starts
      wishes = [...wishes.filter(({ at }) => at > now - STABILIZATION_SECONDS), { at: now, counts: wish }];
      const targets = withinBudget(stabilized(observation, wish, wishes, limits), limits);
      const changes = rolesOf(limits).map((role) => (targets[role] ?? 0) - observation.roles[role]!.current);
      if (changes.every((change) => change === 0)) return { kind: 'hold', reason: 'within-tolerance' };
      return { kind: 'scale', targets, reason: changes.some((change) => change > 0) ? 'backlog' : 'scale-down' };
    },
  };
}

function currentCounts(observation: Observation, limits: FleetLimits): InstanceCounts {
  return Object.fromEntries(rolesOf(limits).map((role) => [role, observation.roles[role]!.current]));
}

function wishOf(
  observation: Observation,
  limits: FleetLimits,
  target: HpaSettings['targetRequests'],
): InstanceCounts | null {
  const wish: InstanceCounts = {};
  for (const role of rolesOf(limits)) {
    const seen = observation.roles[role];
    const load = seen && loadOf(seen);
    if (!seen || load === null || load === undefined) return null;
    const ratio = load / (seen.current * target[role]!);
    const wanted = Math.abs(ratio - 1) <= TOLERANCE ? seen.current : Math.ceil(seen.current * ratio);
    const { minReplicas, maxReplicas } = limits.roles[role]!;
    wish[role] = Math.min(maxReplicas, Math.max(minReplicas, wanted));
  }
  return wish;
}

function loadOf({ waiting, running }: RoleObservation): number | null {
  return waiting === null || running === null ? null : waiting + running;
}

function stabilized(
  observation: Observation,
  wish: InstanceCounts,
  wishes: readonly { counts: InstanceCounts }[],
  limits: FleetLimits,
): InstanceCounts {
  const targets: InstanceCounts = {};
  for (const role of rolesOf(limits)) {
    const highest = Math.max(...wishes.map(({ counts }) => counts[role] ?? 0));
    targets[role] = Math.max(wish[role] ?? 0, Math.min(observation.roles[role]!.current, highest));
  }
  return targets;
}

/** Two rules know nothing of each other; where both together ask for too much, the larger role gives way, as a scheduler out of GPUs would make it. */
function withinBudget(targets: InstanceCounts, limits: FleetLimits): InstanceCounts {
  const next = { ...targets };
  while (brokenRule(next, limits) === 'budget') {
    const roles = rolesOf(limits).filter((role) => next[role]! > limits.roles[role]!.minReplicas);
    const largest = roles.sort((a, b) => next[b]! - next[a]!)[0];
    if (largest === undefined) return next;
    next[largest]--;
  }
  return next;
}
