import type { FleetLimits } from '../../plan/index.js';
import type { Ratio, Role } from '../../spec/index.js';

/** What of a spec bounds the fleet. */
export interface BoundedFleet {
  readonly pools: readonly {
    readonly role: Role;
    readonly minReplicas: number;
    readonly maxReplicas: number;
    readonly gpusPerReplica: number;
  }[];
  readonly ratio?: { readonly min: Ratio; readonly max: Ratio } | undefined;
  readonly budget?: { readonly maxGpus: number } | undefined;
}

/** What the fleet may be; without a budget, every pool's most. */
export function limitsOf({ pools, ratio, budget }: BoundedFleet): FleetLimits {
  const most = pools.reduce((gpus, { maxReplicas, gpusPerReplica }) => gpus + maxReplicas * gpusPerReplica, 0);
  const share = ({ prefill, decode }: Ratio): number => prefill / decode;
  return {
    roles: Object.fromEntries(
      pools.map(({ role, minReplicas, maxReplicas, gpusPerReplica }) => [
        role,
        { minReplicas, maxReplicas, gpusPerReplica },
      ]),
    ),
    maxGpus: budget?.maxGpus ?? most,
    ...(ratio === undefined ? {} : { ratio: { min: share(ratio.min), max: share(ratio.max) } }),
  };
}
