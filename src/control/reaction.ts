import { configurationKey, rolesOf } from '../plan/index.js';
import type { InstanceCounts, Role } from '../spec/index.js';
import type { ControlSettings } from './state.js';
import type { Observation, RoleObservation, ScaleReason } from './types.js';

/** KV use above which a decoding pool is about to preempt. */
const KV_FULL = 0.9;

/** What the queues ask for whatever the forecast says: the safety floor. */
export interface Reaction {
  readonly floor: InstanceCounts;
  readonly reason: ScaleReason;
}

/**
 * The least instances of each role that the present queues call for, or null when they call for nothing. An order already
 * in the book answers a queue: then the floor is what was asked for, and no order is cancelled.
 *
 * | seen | floor of the role |
 * |---|---|
 * | waiting requests need longer than the TTFT bound to be served at today's goodput | current + queue's share of a launch time |
 * | KV cache over 90 % full | current + 1 |
 * | TTFT or TPOT over its bound                       | current + 1, of the role that owns the bound |
 */
export function reactionOf(observation: Observation, settings: ControlSettings): Reaction | null {
  const floor: InstanceCounts = {};
  let reason: ScaleReason | null = null;
  for (const role of rolesOf(settings.limits)) {
    const seen = observation.roles[role];
    if (!seen) continue;
    const ordered = seen.startingSince.length > 0;
    const needed = backlogNeed(seen, role, observation, settings);
    if (needed > 0) {
      floor[role] = seen.current + (ordered ? 0 : needed);
      reason = 'backlog';
    } else if (missesBound(role, observation, settings)) {
      floor[role] = seen.current + (ordered ? 0 : 1);
      reason ??= 'slo-miss';
    }
  }
  return reason === null ? null : { floor, reason };
}

/** Instances that would clear the queue within a launch time. */
function backlogNeed(seen: RoleObservation, role: Role, observation: Observation, settings: ControlSettings): number {
  if (role !== 'prefill' && seen.kvUse !== null && seen.kvUse > KV_FULL) return 1;
  if (seen.waiting === null || seen.waiting === 0 || settings.ttft === null) return 0;
  const rate = goodputNow(observation, settings);
  if (rate === 0 || seen.waiting / rate <= settings.ttft) return 0;
  const perInstance = rate / Math.max(1, seen.ready);
  return Math.max(1, Math.ceil(seen.waiting / (perInstance * settings.launchSeconds)));
}

function goodputNow(observation: Observation, settings: ControlSettings): number {
  const ready: InstanceCounts = {};
  for (const role of rolesOf(settings.limits)) ready[role] = observation.roles[role]?.ready ?? 0;
  const key = configurationKey(ready);
  return settings.table.rows.find((row) => configurationKey(row.counts) === key)?.goodput ?? 0;
}

function missesBound(role: Role, observation: Observation, settings: ControlSettings): boolean {
  const slowFirst = settings.ttft !== null && observation.ttft !== null && observation.ttft > settings.ttft;
  const slowNext = settings.tpot !== null && observation.tpot !== null && observation.tpot > settings.tpot;
  if (role === 'prefill') return slowFirst;
  return role === 'decode' ? slowNext : slowFirst || slowNext;
}
