import {
  attainmentAt,
  configurationKey,
  indexTable,
  rolesOf,
  type AttainmentIndex,
  type Demand,
} from '../plan/index.js';
import type { InstanceCounts } from '../spec/index.js';
import { rulesOf } from './rules.js';
import type { ControlSettings, ControlState } from './state.js';
import type { Limit } from './types.js';

/** Targets, and what kept them from the wish. */
export interface Limited {
  readonly targets: InstanceCounts;
  readonly limits: readonly Limit[];
}

type Wishes = ControlState['wishes'];

/** The wishes of both stabilization windows with the newest; what a fleet has when it is first seen counts as wished for. */
export function wishesSoFar(
  settings: ControlSettings,
  state: ControlState,
  current: InstanceCounts,
  wish: InstanceCounts,
  now: number,
): Wishes {
  const past = state.wishes.length === 0 ? [{ at: now, targets: current }] : state.wishes;
  const { up, down } = windowsOf(settings);
  return [...within(past, Math.max(up, down), now), { at: now, targets: wish }];
}

/**
 * Each role no lower than the highest wish of the window downwards and no higher than the lowest of the one upwards, where that
 * means to stay nearer to what runs; and no lower at all unless the demand of a launch time fits.
 *
 * @param wishes with the newest as the last
 */
export function steadied(
  settings: ControlSettings,
  current: InstanceCounts,
  wishes: Wishes,
  demand: Demand | null,
  now: number,
): Limited {
  const { up, down } = windowsOf(settings);
  const wish = wishes.at(-1)!.targets;
  const past = wishes.slice(0, -1);
  const targets: InstanceCounts = {};
  for (const role of rolesOf(settings.limits)) {
    const wished = wish[role] ?? 0;
    const lowest = Math.min(wished, ...within(past, up, now).map(({ targets: counts }) => counts[role] ?? 0));
    const highest = Math.max(wished, ...within(past, down, now).map(({ targets: counts }) => counts[role] ?? 0));
    targets[role] = Math.max(Math.min(current[role] ?? 0, highest), lowest);
  }
  const limits: Limit[] = configurationKey(targets) === configurationKey(wish) ? [] : ['stabilization'];
  const lowers = rolesOf(settings.limits).some((role) => targets[role]! < (current[role] ?? 0));
  if (!lowers || fitsALaunchTime(settings, indexTable(settings.table), targets, demand)) return { targets, limits };
  for (const role of rolesOf(settings.limits)) targets[role] = Math.max(targets[role]!, current[role] ?? 0);
  return { targets, limits: [...limits, 'launch-time'] };
}

function windowsOf(settings: ControlSettings): { up: number; down: number } {
  const { behavior } = rulesOf(settings);
  return {
    up: behavior?.scaleUp?.stabilizationWindowSeconds ?? 0,
    down: behavior?.scaleDown?.stabilizationWindowSeconds ?? settings.stabilizationSeconds,
  };
}

function within(wishes: Wishes, seconds: number, now: number): Wishes {
  return wishes.filter(({ at }) => at > now - seconds);
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
