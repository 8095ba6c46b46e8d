import { rolesOf, type FleetLimits } from '../plan/index.js';
import type { InstanceCounts } from '../spec/index.js';
import type { Observation, RoleObservation } from './types.js';

/** The role at which requests arrive, as it was seen; undefined where it was not. */
export function entryOf({ roles }: Observation): RoleObservation | undefined {
  return roles.serve ?? roles.prefill;
}

/** Whether a role says nothing of what it does. */
export function isUnknown({ waiting, running, kvUse }: RoleObservation): boolean {
  return (waiting ?? running ?? kvUse) === null;
}

/**
 * Whether the load is not known: where requests arrive no queue and no latency is known, and of no bin how many came. A decode pool that
 * says how it does tells nothing of it.
 */
export function isBlind(observation: Observation): boolean {
  const { ttft, closedBins } = observation;
  if (ttft !== null || closedBins.some(({ requests }) => requests !== null)) return false;
  const entry = entryOf(observation);
  return entry === undefined || isUnknown(entry);
}

/** Counts no lower than what there is of each role that says nothing: nobody knows what it would take to take from it. */
export function keptWhereUnknown(limits: FleetLimits, counts: InstanceCounts, { roles }: Observation): InstanceCounts {
  const kept: InstanceCounts = {};
  for (const role of rolesOf(limits)) {
    const seen = roles[role];
    const least = seen !== undefined && isUnknown(seen) ? seen.current : 0;
    kept[role] = Math.max(counts[role] ?? 0, least);
  }
  return kept;
}
