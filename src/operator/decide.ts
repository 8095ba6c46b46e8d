import { decide, isWriting, type DecideResult, type Observation } from '../control/index.js';
import { brokenRule, type FleetLimits, type FleetRule } from '../plan/index.js';
import type { InstanceCounts } from '../spec/index.js';
import type { Collected } from './collect.js';
import { noteLaunches } from './launch-times.js';
import { observationOf } from './live-fleet.js';
import type { Memory } from './memory.js';
import { noteReplicas, onlyWatching, type OutsideEdit } from './outside-edits.js';
import type { PoolSeen } from './pools.js';

/** Why nothing may be written, whatever was decided. */
export interface Hindrance {
  readonly reason: 'Shadow' | 'Recommend' | 'Conflicted' | 'OutsideChanges' | 'ScaledToZero' | 'TargetUnreadable';
  readonly message: string;
}

/** One scale to write. */
export interface ScaleWrite {
  readonly pool: PoolSeen;
  readonly replicas: number;
}

/** What one round came to. */
export interface Round {
  readonly collected: Collected;
  readonly observation: Observation | null;
  readonly result: DecideResult;
  /** Replicas wanted of each role; what they are now where the decision is to hold. */
  readonly desired: InstanceCounts;
  readonly edits: readonly OutsideEdit[];
  readonly hindrance: Hindrance | null;
  /** In the order in which they are to be made; empty where something hinders, or nothing changes. */
  readonly writes: readonly ScaleWrite[];
  readonly memory: Memory;
}

/** Decides one round, pure: from what was collected and remembered to what is to be written and remembered. */
export function decideRound(collected: Collected, before: Memory): Round {
  const { at, pools, service } = collected;
  const memory = remember(collected, before);
  const seen = countsOf(pools);
  const { watch, edits } = isWriting(collected.scaler.spec.mode)
    ? noteReplicas(memory.edits, seen, at)
    : { watch: onlyWatching(seen), edits: [] };
  const closedBins = service.readings === null ? [] : service.closedBins; // without readings nothing is known of the service
  const observation =
    collected.targetTrouble === null ? observationOf(pools, service.readings, closedBins, at, memory.askedAt) : null;
  const result = decide(service.settings, memory.control, observation, at);
  const desired = result.decision.kind === 'scale' ? { ...seen, ...result.decision.targets } : seen;
  const hindrance = hindranceOf(collected, watch.pausedUntil);
  const writes = hindrance === null ? orderedWrites(pools, desired, service.settings.limits) : [];
  return {
    ...{ collected, observation, result, desired, edits, hindrance, writes },
    memory: { ...memory, control: result.state, edits: watch },
  };
}

/** The memory with what the pods and the forecast tell. */
function remember({ pools, service }: Collected, before: Memory): Memory {
  let { launches } = before;
  for (const { role, pods } of pools) launches = noteLaunches(launches, role, pods, before.starting);
  const starting = new Set(pools.flatMap(({ pods }) => pods.filter((pod) => !pod.isReady).map((pod) => pod.uid)));
  const { forecast, reactiveBecause } = service; // without a table there is nothing to plan with
  const known =
    forecast === null || reactiveBecause !== null ? null : { originAt: forecast.originAt, requests: forecast.requests };
  return { ...before, launches, starting, control: { ...before.control, forecast: known } };
}

/** Replicas that each pool's target asks for. */
export function countsOf(pools: readonly PoolSeen[]): InstanceCounts {
  return Object.fromEntries(pools.map(({ role, replicas }) => [role, replicas]));
}

function hindranceOf(
  { scaler, rivals, pools, targetTrouble }: Collected,
  pausedUntil: number | null,
): Hindrance | null {
  if (targetTrouble !== null) return { reason: 'TargetUnreadable', message: targetTrouble.message };
  const { mode } = scaler.spec;
  if (mode === 'Shadow' || mode === 'Recommend') return { reason: mode, message: `mode ${mode} does not scale` };
  const off = pools.find(({ replicas }) => replicas === 0);
  if (off) return { reason: 'ScaledToZero', message: `${off.target} was scaled to 0, and is left so` };
  if (rivals.length > 0) return { reason: 'Conflicted', message: `${rivals.join(' and ')} scales the same target` };
  if (pausedUntil === null) return null;
  const until = new Date(pausedUntil * 1000).toISOString();
  return {
    reason: 'OutsideChanges',
    message: `replicas were changed from outside several times in a row; paused until ${until}`,
  };
}

/**
 * The scales to write, up before down, so that the service is never smaller than it need be; down before up where the fleet
 * between the two writes would otherwise break a rule, its budget above all.
 */
export function orderedWrites(
  pools: readonly PoolSeen[],
  desired: InstanceCounts,
  limits: FleetLimits,
): readonly ScaleWrite[] {
  const writes = pools
    .map((pool) => ({ pool, replicas: desired[pool.role] ?? pool.replicas }))
    .filter(({ pool, replicas }) => replicas !== pool.replicas)
    .sort((a, b) => b.replicas - b.pool.replicas - (a.replicas - a.pool.replicas));
  const [first, second] = [writes, [...writes].reverse()];
  const broken = (order: readonly ScaleWrite[]): FleetRule | null => {
    const [write] = order;
    return write === undefined ? null : brokenRule({ ...countsOf(pools), [write.pool.role]: write.replicas }, limits);
  };
  const isWithinBudget = (order: readonly ScaleWrite[]): boolean => broken(order) !== 'budget';
  return [first, second].find((order) => broken(order) === null) ?? [first, second].find(isWithinBudget) ?? second;
}
