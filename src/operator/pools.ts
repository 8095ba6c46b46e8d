import type { Role } from '../spec/index.js';
import { listAll } from './kube/reflector.js';
import type { KubeApi, KubeObject } from './kube/kube-api.js';
import { objectPath } from './kube/paths.js';
import type { ResourceFinder } from './kube/resources.js';
import { readPod, type PodSeen } from './pods.js';
import type { GoodputScalerSpec } from './resource.js';

/** One pool of a GoodputScaler's spec. */
export type PoolSpec = GoodputScalerSpec['pools'][number];

/** One pool as it was read from the API server. */
export interface PoolSeen {
  readonly role: Role;
  /** The target, for people: `Deployment/llama-decode`. */
  readonly target: string;
  /** Path of the target's scale subresource. */
  readonly scalePath: string;
  /** What the target asks for. */
  readonly replicas: number;
  /** Of the scale: what a write must find unchanged. */
  readonly resourceVersion: string;
  /** What selects its pods. */
  readonly selector: string;
  readonly pods: readonly PodSeen[];
  /** A roll-out that is in progress, for people; null: none. */
  readonly rollout: string | null;
}

interface Scale {
  readonly metadata: { readonly resourceVersion?: string };
  readonly spec?: { readonly replicas?: number };
  readonly status?: { readonly selector?: string };
}

interface Workload extends KubeObject {
  readonly spec?: { readonly replicas?: number };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly updatedReplicas?: number;
    readonly replicas?: number;
  };
}

/**
 * Reads a pool: its target's scale, its pods, and whether a roll-out goes on.
 *
 * @throws KubeError, InputError where the cluster serves no such kind
 */
export async function readPool(
  api: KubeApi,
  resourceOf: ResourceFinder,
  namespace: string,
  pool: PoolSpec,
): Promise<PoolSeen> {
  const { apiVersion, kind, name } = pool.scaleTargetRef;
  const plural = await resourceOf(apiVersion, kind);
  const scalePath = objectPath(apiVersion, plural, namespace, name, 'scale');
  const [scale, workload] = await Promise.all([
    readScale(api, scalePath),
    api.send({ method: 'GET', path: objectPath(apiVersion, plural, namespace, name) }) as Promise<Workload>,
  ]);
  const selector = pool.podSelector === undefined ? scale.selector : selectorText(pool.podSelector);
  const pods = selector === '' ? [] : await readPods(api, namespace, selector);
  return {
    role: pool.role,
    target: `${kind}/${name}`,
    scalePath,
    ...{ replicas: scale.replicas, resourceVersion: scale.resourceVersion, selector },
    pods,
    rollout: rolloutOf(workload),
  };
}

/**
 * Reads a scale subresource: what its target asks for, and the selector of its pods.
 *
 * @throws KubeError
 */
export async function readScale(
  api: KubeApi,
  path: string,
): Promise<Pick<PoolSeen, 'replicas' | 'resourceVersion' | 'selector'>> {
  const { metadata, spec, status } = (await api.send({ method: 'GET', path })) as Scale;
  return {
    ...{ replicas: spec?.replicas ?? 0, resourceVersion: metadata.resourceVersion ?? '' },
    selector: status?.selector ?? '',
  };
}

async function readPods(api: KubeApi, namespace: string, labelSelector: string): Promise<PodSeen[]> {
  const { items } = await listAll(api, objectPath('v1', 'pods', namespace), { labelSelector });
  return items.map(readPod).filter((pod) => pod !== null);
}

/** A label selector as URLs have it. */
export function selectorText({
  matchLabels = {},
  matchExpressions = [],
}: NonNullable<PoolSpec['podSelector']>): string {
  const equal = Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`);
  const rules = matchExpressions.map(({ key, operator, values = [] }) => {
    if (operator === 'Exists') return key;
    if (operator === 'DoesNotExist') return `!${key}`;
    return `${key} ${operator === 'In' ? 'in' : 'notin'} (${values.join(',')})`;
  });
  return [...equal, ...rules].join(',');
}

/** A roll-out goes on while the controller has not seen the newest template, or not all replicas have it. */
function rolloutOf({ metadata, status = {} }: Workload): string | null {
  const { observedGeneration, updatedReplicas, replicas } = status;
  if (updatedReplicas === undefined || replicas === undefined) return null;
  if (observedGeneration !== undefined && observedGeneration < (metadata.generation ?? 0)) return null;
  return updatedReplicas < replicas ? `${updatedReplicas} of ${replicas} replicas have the newest template` : null;
}
