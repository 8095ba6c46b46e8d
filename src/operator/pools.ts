import type { Role } from '../spec/index.js';
import { listAll } from './kube/reflector.js';
import { hasStatus, KubeError, type KubeApi, type KubeObject } from './kube/kube-api.js';
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
  /** What keeps its target from having the pods that it should; null: nothing that is known. */
  readonly trouble: PoolTrouble | null;
}

/** Pods that cannot be created, such as for want of quota, or a roll-out that is in progress. */
export interface PoolTrouble {
  readonly reason: 'ReplicaFailure' | 'RollingOut';
  readonly message: string;
}

interface Scale {
  readonly metadata: { readonly resourceVersion?: string };
  readonly spec?: { readonly replicas?: number };
  readonly status?: { readonly selector?: string };
}

interface Workload extends KubeObject {
  readonly status?: {
    readonly observedGeneration?: number;
    readonly updatedReplicas?: number;
    readonly replicas?: number;
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
  };
}

/** Kinds whose status counts the replicas that have the newest template, and leaves the count out where it is 0. */
const ROLLING_KINDS = ['Deployment', 'StatefulSet', 'LeaderWorkerSet'];

/**
 * Reads a pool: its target's scale, its pods, and what keeps it from having them.
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
  ]).catch((error: unknown) => {
    throw hasStatus(error, 403) ? notAllowed(`${kind}/${name}`, apiVersion, plural, error as KubeError) : error;
  });
  const selector = pool.podSelector === undefined ? scale.selector : selectorText(pool.podSelector);
  const pods = selector === '' ? [] : await readPods(api, namespace, selector);
  return {
    role: pool.role,
    target: `${kind}/${name}`,
    scalePath,
    ...{ replicas: scale.replicas, resourceVersion: scale.resourceVersion, selector },
    pods,
    trouble: failureOf(workload) ?? rolloutOf(workload, kind),
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

/** RBAC lets the operator at the kinds alone that the chart was told of. */
function notAllowed(target: string, apiVersion: string, plural: string, cause: KubeError): KubeError {
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0]! : '';
  const value = `{group: "${group}", resource: ${plural}}`;
  const message = `${target} may not be scaled: the scaleTargets of the chart must have ${value} (${cause.message})`;
  return new KubeError(message, cause.status, cause.reason, null, { cause });
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

/** Pods that the API server refuses to create, as a Deployment says it of its ReplicaSets. */
function failureOf({ status = {} }: Workload): PoolTrouble | null {
  const failure = status.conditions?.find((one) => one.type === 'ReplicaFailure' && one.status === 'True');
  return failure ? { reason: 'ReplicaFailure', message: failure.message ?? 'its pods cannot be created' } : null;
}

/**
 * A roll-out goes on while not all replicas have the newest template. A status that is older than the spec, as it is for a moment after every
 * write of a scale, tells nothing of it.
 */
function rolloutOf({ metadata, status = {} }: Workload, kind: string): PoolTrouble | null {
  const { observedGeneration, replicas = 0 } = status;
  const { updatedReplicas = ROLLING_KINDS.includes(kind) ? 0 : replicas } = status;
  if (observedGeneration !== undefined && observedGeneration < (metadata.generation ?? 0)) return null;
  if (updatedReplicas >= replicas) return null;
  return { reason: 'RollingOut', message: `${updatedReplicas} of ${replicas} replicas have the newest template` };
}
