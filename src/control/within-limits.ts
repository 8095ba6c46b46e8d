import { allowedConfigurations, brokenRule, gpusOf, isRatioKept, rolesOf, type FleetLimits } from '../plan/index.js';
import type { InstanceCounts } from '../spec/index.js';

/**
 * The targets within the fleet's rules. Where the budget or the ratio forbids them, what was only held back from scaling down
 * goes first (the wish is a plan, and within the rules), then growth is given up. What still breaks a rule stays as it is, or
 * where that breaks one too, becomes the nearest counts that break none.
 *
 * @throws InputError when the limits allow nothing
 */
export function withinLimits(
  limits: FleetLimits,
  targets: InstanceCounts,
  wish: InstanceCounts,
  current: InstanceCounts,
): InstanceCounts {
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
  if (brokenRule(next, limits) === null) return next;
  return brokenRule(current, limits) === null ? current : nearest(limits, allowedConfigurations(limits), next);
}

/**
 * Of the counts between the current ones and a goal, those nearest to the goal that break no rule which the current ones keep,
 * and take no more GPUs than the budget or than now. The current ones are such counts, so there always are some.
 */
export function nearestBetween(limits: FleetLimits, current: InstanceCounts, goal: InstanceCounts): InstanceCounts {
  const mostGpus = Math.max(limits.maxGpus, gpusOf(current, limits));
  const wasKept = isRatioKept(current, limits);
  const candidates = countsBetween(limits, current, goal).filter(
    (counts) => gpusOf(counts, limits) <= mostGpus && (!wasKept || isRatioKept(counts, limits)),
  );
  const allowed = candidates.filter((counts) => brokenRule(counts, limits) === null);
  return nearest(limits, allowed.length > 0 ? allowed : candidates, goal);
}

function countsBetween(limits: FleetLimits, current: InstanceCounts, goal: InstanceCounts): InstanceCounts[] {
  let partial: InstanceCounts[] = [{}];
  for (const role of rolesOf(limits)) {
    const [from, to] = [current[role] ?? 0, goal[role] ?? 0].sort((a, b) => a - b) as [number, number];
    const range = Array.from({ length: to - from + 1 }, (_, i) => from + i);
    partial = partial.flatMap((counts) => range.map((count) => ({ ...counts, [role]: count })));
  }
  return partial;
}

/** Fewest instances away from the goal; of those, the most GPUs. */
function nearest(limits: FleetLimits, candidates: readonly InstanceCounts[], goal: InstanceCounts): InstanceCounts {
  const away = (counts: InstanceCounts): number =>
    rolesOf(limits).reduce((sum, role) => sum + Math.abs((counts[role] ?? 0) - (goal[role] ?? 0)), 0);
  return candidates.reduce((best, counts) => {
    const nearer = away(best) - away(counts);
    return nearer > 0 || (nearer === 0 && gpusOf(counts, limits) > gpusOf(best, limits)) ? counts : best;
  });
}
