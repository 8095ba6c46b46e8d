import type { InstanceCounts, Role } from '../spec/index.js';
import { rolesOf, type FleetLimits } from './limits.js';

/** A fleet with its order book, as the search moves it through time. Times are seconds from the plan's start. */
export type FleetState = Readonly<Partial<Record<Role, RoleState>>>;

/** One role: what serves, and when each instance on order will. */
export interface RoleState {
  readonly ready: number;
  /** Ascending. */
  readonly readyAt: readonly number[];
}

const NONE: RoleState = { ready: 0, readyAt: [] };

/** Instances asked for: ready ones and those on order. */
export function targetsOf(fleet: FleetState, limits: FleetLimits): InstanceCounts {
  const counts: InstanceCounts = {};
  for (const role of rolesOf(limits)) {
    const { ready, readyAt } = fleet[role] ?? NONE;
    counts[role] = ready + readyAt.length;
  }
  return counts;
}

/** Instances that serve at a moment: the ready ones, and the orders that are due by then. */
export function servingAt(fleet: FleetState, at: number, limits: FleetLimits): InstanceCounts {
  const counts: InstanceCounts = {};
  for (const role of rolesOf(limits)) {
    const { ready, readyAt } = fleet[role] ?? NONE;
    counts[role] = ready + dueBy(readyAt, at);
  }
  return counts;
}

/**
 * The fleet after it was asked for `targets` at `at`, orders due by then having become ready. More: instances on order,
 * ready after the launch time. Fewer: the youngest orders are cancelled first, then ready instances drain and serve no more.
 */
export function withTargets(
  fleet: FleetState,
  targets: InstanceCounts,
  at: number,
  launchSeconds: number,
  limits: FleetLimits,
): FleetState {
  const next: Partial<Record<Role, RoleState>> = {};
  for (const role of rolesOf(limits)) {
    const { ready, readyAt } = fleet[role] ?? NONE;
    const due = dueBy(readyAt, at);
    next[role] = changed({ ready: ready + due, readyAt: readyAt.slice(due) }, targets[role] ?? 0, at + launchSeconds);
  }
  return next;
}

/** The moments inside (from, to) at which an order becomes ready, ascending. */
export function changesWithin(fleet: FleetState, from: number, to: number, limits: FleetLimits): number[] {
  const times: number[] = [];
  for (const role of rolesOf(limits))
    for (const time of fleet[role]?.readyAt ?? [])
      if (time > from && time < to && !times.includes(time)) times.push(time);
  return times.sort((a, b) => a - b);
}

/** A key that is equal exactly when two fleets behave alike from here on. */
export function fleetKey(fleet: FleetState, limits: FleetLimits): string {
  return rolesOf(limits)
    .map((role) => `${fleet[role]?.ready ?? 0}+${(fleet[role]?.readyAt ?? []).join('/')}`)
    .join('|');
}

function changed({ ready, readyAt }: RoleState, wanted: number, launchedAt: number): RoleState {
  const change = wanted - ready - readyAt.length;
  if (change === 0) return { ready, readyAt };
  if (change > 0) return { ready, readyAt: [...readyAt, ...Array<number>(change).fill(launchedAt)] };
  const cancelled = Math.min(readyAt.length, -change);
  return { ready: ready + change + cancelled, readyAt: readyAt.slice(0, readyAt.length - cancelled) };
}

function dueBy(readyAt: readonly number[], at: number): number {
  let due = 0;
  while (due < readyAt.length && readyAt[due]! <= at + 1e-9) due++;
  return due;
}
