import { configurationKey, rolesOf } from '../plan/index.js';
import type { InstanceCounts, Role } from '../spec/index.js';
import type { ControlSettings } from './state.js';
import type { Observation, RoleObservation, ScaleReason } from './types.js';
import { entryOf } from './unknown.js';

/** KV use above which a decoding pool is about to preempt. */
const KV_FULL = 0.9;

/** What the queues ask for whatever the forecast says: the safety floor. */
export interface Reaction {
  readonly floor: InstanceCounts;
  readonly reason: ScaleReason;
}

/**
 * The least instances of each role that the present queues call for, or null when they call for nothing. What is on
 * order answers a need; none of it is cancelled while there is one.
 *
 * | seen | floor of the role |
 * |---|---|
 * | waiting requests need longer than the TTFT bound to be served at today's goodput | ready + what clears the queue within a launch time |
 * | KV cache over 90 % full | ready + 1 |
 * | TTFT or TPOT over its bound | ready + 1, of the role that owns the bound |
 */
export function reactionOf(observation: Observation, settings: ControlSettings): Reaction | null {
  const floor: InstanceCounts = {};
  let reason: ScaleReason | null = null;
  for (const role of rolesOf(settings.limits)) {
    const seen = observation.roles[role];
    if (!seen) continue;
    const needed = backlogNeed(seen, role, observation, settings);
    if (needed > 0) {
      floor[role] = Math.max(seen.current, seen.ready + needed);
      reason = 'backlog';
    } else if (missesBound(role, observation, settings)) {
      floor[role] = Math.max(seen.current, seen.ready + 1);
      reason ??= 'slo-miss';
    }
  }
  return reason === null ? null : { floor, reason };
}

/** Requests that wait where they arrive, at a moment; null when unknown. */
export function queueOf(observation: Observation): { at: number; waiting: number } | null {
  const entry = entryOf(observation);
  return entry === undefined || entry.waiting === null ? null : { at: observation.at, waiting: entry.waiting };
}

/** Whether so many waiting requests need longer than the TTFT bound at today's goodput. */
export function isLongQueue(waiting: number, observation: Observation, settings: ControlSettings): boolean {
  const rate = goodputNow(observation, settings);
  if (rate === 0) return waiting > 0; // nothing is ready to serve them
  return settings.ttft !== null && waiting / rate > settings.ttft;
}

/** Instances that would clear the queue within a launch time. */
function backlogNeed(seen: RoleObservation, role: Role, observation: Observation, settings: ControlSettings): number {
  if (role !== 'prefill' && seen.kvUse !== null && seen.kvUse > KV_FULL) return 1;
  if (seen.waiting === null || !isLongQueue(seen.waiting, observation, settings)) return 0;
  const perInstance = goodputNow(observation, settings) / Math.max(1, seen.ready);
  if (perInstance === 0) return 1;
  return Math.max(1, Math.ceil(seen.waiting / (perInstance * settings.launchSeconds)));
}

/** What the ready instances can serve, requests per second; 0 when the table does not know them. */
export function goodputNow(observation: Observation, settings: ControlSettings): number {
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
