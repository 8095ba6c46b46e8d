import { quantileOfSorted } from '../base/index.js';
import type { Role } from '../spec/index.js';
import type { PodSeen } from './pods.js';

/** How long the pods of a service took from their creation until they were ready, seconds, oldest first, by pod. */
export interface LaunchTimes {
  readonly byPod: ReadonlyMap<string, { readonly role: Role; readonly seconds: number }>;
}

/** Launches that are remembered. */
const MOST_LAUNCHES = 50;
/** Of the launches of a role, so many of the newest count. */
const NEWEST = 20;
/** Three of four launches take no longer than what is planned with. */
const LEVEL = 0.75;
/** A pod that is first seen when it is ready may have lost and found its readiness since: longer ones are not believed. */
const MOST_SECONDS_UNSEEN = 1800;

/** Nothing known. */
export function noLaunches(): LaunchTimes {
  return { byPod: new Map() };
}

/**
 * The launch times with those of the pods that are ready now. What a pod has shown stays, though it becomes unready and ready again; one that has restarted tells nothing.
 *
 * @param wasStarting pods that were seen starting before
 */
export function noteLaunches(
  known: LaunchTimes,
  role: Role,
  pods: readonly PodSeen[],
  wasStarting: ReadonlySet<string>,
): LaunchTimes {
  const byPod = new Map(known.byPod);
  for (const { uid, createdAt, readyAt, restarts } of [...pods].sort((a, b) => a.createdAt - b.createdAt)) {
    if (readyAt === null || restarts > 0 || byPod.has(uid)) continue;
    const seconds = readyAt - createdAt;
    if (seconds > 0 && (wasStarting.has(uid) || seconds <= MOST_SECONDS_UNSEEN)) byPod.set(uid, { role, seconds });
  }
  const newest = [...byPod].slice(-MOST_LAUNCHES);
  return { byPod: new Map(newest) };
}

/** What a launch takes, seconds: the slowest role's, so that a plan waits for whichever it asks for; null while nothing was seen. */
export function launchSecondsOf({ byPod }: LaunchTimes): number | null {
  const byRole = new Map<Role, number[]>();
  for (const { role, seconds } of byPod.values()) byRole.set(role, [...(byRole.get(role) ?? []), seconds]);
  const typical = [...byRole.values()].map((times) =>
    quantileOfSorted(
      times.slice(-NEWEST).sort((a, b) => a - b),
      LEVEL,
    ),
  );
  return typical.length === 0 ? null : Math.max(...typical);
}
