import type { ClosedBin, Observation, RoleObservation } from '../control/index.js';
import type { Role } from '../spec/index.js';
import type { LiveReadings } from '../vllm/index.js';
import type { PodSeen } from './pods.js';
import type { PoolSeen } from './pools.js';

/**
 * The live fleet as control sees one. Replicas that were asked for and have no pod yet are starting since the last change of the
 * scale; pods beyond what is asked for are on their way out, and count as draining.
 *
 * @param askedAt when each role's replicas were last changed by us, Unix seconds
 */
export function observationOf(
  pools: readonly PoolSeen[],
  readings: LiveReadings | null,
  closedBins: readonly ClosedBin[],
  now: number,
  askedAt: Readonly<Partial<Record<Role, number>>>,
): Observation {
  const roles: Partial<Record<Role, RoleObservation>> = {};
  for (const pool of pools) {
    const { waiting = null, running = null, kvUse = null } = readings?.roles[pool.role] ?? {};
    roles[pool.role] = { ...countsOf(pool, now, askedAt[pool.role] ?? now), waiting, running, kvUse };
  }
  return { at: now, roles, ttft: readings?.ttft ?? null, tpot: readings?.tpot ?? null, closedBins };
}

type Counts = Pick<RoleObservation, 'current' | 'ready' | 'startingSince' | 'draining'>;

function countsOf({ replicas, pods }: PoolSeen, now: number, askedAt: number): Counts {
  const staying = pods.filter((pod) => !pod.isDraining);
  const ready = Math.min(replicas, staying.filter((pod) => pod.isReady).length);
  const starting = staying
    .filter((pod: PodSeen) => !pod.isReady)
    .map((pod) => Math.min(now, pod.createdAt))
    .sort((a, b) => a - b)
    .slice(0, replicas - ready);
  const missing = replicas - ready - starting.length;
  const draining = pods.length - ready - starting.length;
  return { current: replicas, ready, startingSince: [...starting, ...Array<number>(missing).fill(askedAt)], draining };
}
