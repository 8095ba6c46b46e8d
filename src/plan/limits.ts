import { InputError } from '../base/index.js';
import type { InstanceCounts, Role } from '../spec/index.js';

/** What a fleet may be: bounds of each role in use, GPUs, and the allowed range of the prefill:decode ratio. */
export interface FleetLimits {
  /** The roles in use: one `serve`, or `prefill` and `decode`. */
  readonly roles: Partial<Record<Role, RoleLimits>>;
  /** Most GPUs over all roles. */
  readonly maxGpus: number;
  /** Allowed prefill / decode instances, both ends included. */
  readonly ratio?: { readonly min: number; readonly max: number } | undefined;
}

/** Bounds of one role. */
export interface RoleLimits {
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly gpusPerReplica: number;
}

/** The rule of the fleet that forbids some counts. */
export type FleetRule = 'budget' | 'ratio' | 'min-replicas' | 'max-replicas';

/** The roles in use, in a fixed order. */
export function rolesOf(limits: FleetLimits): Role[] {
  return (['serve', 'prefill', 'decode'] as const).filter((role) => limits.roles[role] !== undefined);
}

/** GPUs that the counts take. */
export function gpusOf(counts: InstanceCounts, limits: FleetLimits): number {
  let gpus = 0;
  for (const role of rolesOf(limits)) gpus += (counts[role] ?? 0) * limits.roles[role]!.gpusPerReplica;
  return gpus;
}

/** The first rule that the counts break, or null when they are allowed. */
export function brokenRule(counts: InstanceCounts, limits: FleetLimits): FleetRule | null {
  for (const role of rolesOf(limits)) {
    const { minReplicas, maxReplicas } = limits.roles[role]!;
    if ((counts[role] ?? 0) < minReplicas) return 'min-replicas';
    if ((counts[role] ?? 0) > maxReplicas) return 'max-replicas';
  }
  if (gpusOf(counts, limits) > limits.maxGpus) return 'budget';
  return isRatioKept(counts, limits) ? null : 'ratio';
}

/** Whether the counts keep the allowed ratio; so do all where there is none, or only one role. */
export function isRatioKept({ prefill, decode }: InstanceCounts, { ratio }: FleetLimits): boolean {
  if (ratio === undefined || prefill === undefined || decode === undefined) return true;
  return prefill / decode >= ratio.min - 1e-9 && prefill / decode <= ratio.max + 1e-9;
}

/**
 * Every allowed configuration, ordered by GPUs, then by prefill (or serve) instances.
 *
 * @param most more than so many are refused as soon as they are found
 * @throws InputError when nothing is allowed, or more than that
 */
export function allowedConfigurations(limits: FleetLimits, most = Infinity): InstanceCounts[] {
  const roles = rolesOf(limits).join(' and ');
  const allowed: InstanceCounts[] = [];
  for (const counts of configurationsWithin(limits)) {
    if (allowed.length === most)
      throw new InputError(
        `the limits allow more than ${most} configurations of ${roles}: narrow the bounds of the pools, the ratio or the budget`,
      );
    allowed.push(counts);
  }
  if (allowed.length === 0)
    throw new InputError(`the limits allow no configuration of ${roles} within ${limits.maxGpus} GPUs`);
  const first = (counts: InstanceCounts): number => counts.serve ?? counts.prefill ?? 0;
  return allowed.sort((a, b) => gpusOf(a, limits) - gpusOf(b, limits) || first(a) - first(b));
}

/** Whether the limits allow any configuration at all. */
export function allowsAny(limits: FleetLimits): boolean {
  return configurationsWithin(limits).next().done !== true;
}

/** The allowed configurations one by one, built up role by role. */
function* configurationsWithin(
  limits: FleetLimits,
  roles: readonly Role[] = rolesOf(limits),
  counts: InstanceCounts = {},
): Generator<InstanceCounts, undefined> {
  const [role, ...others] = roles;
  if (role === undefined) {
    if (brokenRule(counts, limits) === null) yield counts;
    return;
  }
  const [least, most] = rangeOf(limits, role, counts);
  for (let count = least; count <= most; count++)
    yield* configurationsWithin(limits, others, { ...counts, [role]: count });
}

/** The least and the most of a role beside the counts of those before it: what lies outside need not be looked at. */
function rangeOf(limits: FleetLimits, role: Role, counts: InstanceCounts): [least: number, most: number] {
  const { minReplicas, maxReplicas, gpusPerReplica } = limits.roles[role]!;
  const affordable = Math.floor((limits.maxGpus - gpusOf(counts, limits)) / gpusPerReplica);
  const { prefill } = counts;
  if (role !== 'decode' || prefill === undefined || !limits.ratio)
    return [minReplicas, Math.min(maxReplicas, affordable)];
  const { min, max } = limits.ratio;
  return [
    Math.max(minReplicas, Math.ceil(prefill / max - 1e-6)),
    Math.min(maxReplicas, affordable, Math.floor(prefill / min + 1e-6)),
  ];
}

/** Counts as one number, equal exactly when the counts are (below 1,000 instances of a role). */
export function configurationKey(counts: InstanceCounts): number {
  return ((counts.serve ?? 0) * 1000 + (counts.prefill ?? 0)) * 1000 + (counts.decode ?? 0);
}

/** Counts for people: `3` colocated instances, or `2:4` prefill to decode. */
export function formatCounts(counts: InstanceCounts): string {
  return counts.serve === undefined ? `${counts.prefill ?? 0}:${counts.decode ?? 0}` : `${counts.serve}`;
}

/** What limits a plan, for people. */
export function bindingText(binding: FleetRule | 'slo'): string {
  return {
    slo: 'the SLO',
    budget: 'the GPU budget',
    ratio: 'the allowed prefill:decode ratio',
    'min-replicas': 'the least instances of each role',
    'max-replicas': 'the most instances of a role',
  }[binding];
}
