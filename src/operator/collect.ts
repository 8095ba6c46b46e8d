import { InputError } from '../base/index.js';
import { KubeError, type KubeApi } from './kube/kube-api.js';
import type { ResourceFinder } from './kube/resources.js';
import { readPool, type PoolSeen } from './pools.js';
import type { GoodputScaler } from './resource.js';
import { findRivals, type RivalsFound } from './rivals.js';
import type { Service, ServiceReading } from './service.js';

/** Everything that one round knows of a GoodputScaler and its fleet. */
export interface Collected extends RivalsFound {
  /** Unix seconds. */
  readonly at: number;
  readonly scaler: GoodputScaler;
  /** Empty when a target could not be read; `targetTrouble` says why. */
  readonly pools: readonly PoolSeen[];
  readonly targetTrouble: { readonly reason: string; readonly message: string } | null;
  readonly service: ServiceReading;
}

/** What a round is collected through. */
export interface CollectPorts {
  readonly api: KubeApi;
  readonly resourceOf: ResourceFinder;
  readonly service: Service;
}

/** Reads targets, pods, rivals and the service. What of it fails is said in the result: only the whole is ever thrown away. */
export async function collect(
  { api, resourceOf, service }: CollectPorts,
  scaler: GoodputScaler,
  olderRival: string | null,
  launchSeconds: number | null,
  now: number,
): Promise<Collected> {
  const { namespace } = scaler.metadata;
  const targets = scaler.spec.pools.map((pool) => pool.scaleTargetRef);
  const [fleet, { rivals, unseen }] = await Promise.all([
    readFleet(() => Promise.all(scaler.spec.pools.map((pool) => readPool(api, resourceOf, namespace, pool)))),
    findRivals(api, namespace, targets),
  ]);
  return {
    at: now,
    scaler,
    ...fleet,
    rivals: olderRival === null ? rivals : [...rivals, olderRival],
    unseen,
    service: await service.read(scaler.spec, fleet.pools, now, launchSeconds),
  };
}

async function readFleet(read: () => Promise<PoolSeen[]>): Promise<Pick<Collected, 'pools' | 'targetTrouble'>> {
  try {
    return { pools: await read(), targetTrouble: null };
  } catch (error) {
    return { pools: [], targetTrouble: troubleOf(error) };
  }
}

/** Whatever passes by itself is thrown on; what a person must mend is told. */
export function troubleOf(error: unknown): { reason: string; message: string } {
  if (error instanceof InputError) return { reason: 'TargetNotSupported', message: error.message };
  if (error instanceof KubeError && error.status === 404) return { reason: 'TargetNotFound', message: error.message };
  if (error instanceof KubeError && error.status === 403) return { reason: 'Forbidden', message: error.message };
  throw error;
}
