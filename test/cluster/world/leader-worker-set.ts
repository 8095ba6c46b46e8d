import { setTimeout as sleep } from 'node:timers/promises';
import { KubeError, type Kube } from '../plane/kube.js';
import type { Definition } from './definition.js';
import { containerOf } from './service.js';

/** A custom resource with a scale subresource: replicas, and a selector of the pods that answer. */
export function scalableKind(group: string, version: string, kind: string, plural: string): Definition {
  return {
    ...{ group, version, kind, plural, labelSelectorPath: '.status.hpaPodSelector' },
    spec: { replicas: { type: 'integer' } },
    status: { replicas: { type: 'integer' }, hpaPodSelector: { type: 'string' } },
  };
}

/** LeaderWorkerSets, as far as they are scaled. */
export const LEADER_WORKER_SETS = scalableKind('leaderworkerset.x-k8s.io', 'v1', 'LeaderWorkerSet', 'leaderworkersets');

/** Path of a namespace's LeaderWorkerSets. */
export function leaderWorkerSetsOf(namespace: string): string {
  return `/apis/leaderworkerset.x-k8s.io/v1/namespaces/${namespace}/leaderworkersets`;
}

const NAME_LABEL = 'leaderworkerset.sigs.k8s.io/name';
const INDEX_LABEL = 'leaderworkerset.sigs.k8s.io/worker-index';

/** Does the work of the LeaderWorkerSet controller for one set until the signal: groups of a leader, an emulated replica, and one worker that only gets ready. */
export async function playController(
  plane: { readonly kube: Kube; readonly folder: string },
  namespace: string,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const { spec } = await plane.kube.get(`${leaderWorkerSetsOf(namespace)}/${name}`);
    const { replicas } = spec as { replicas: number };
    await bringGroups(plane, namespace, name, replicas);
    await plane.kube.patch(`${leaderWorkerSetsOf(namespace)}/${name}/status`, {
      status: { replicas, hpaPodSelector: `${NAME_LABEL}=${name},${INDEX_LABEL}=0` },
    });
    await sleep(500, undefined, { signal }).catch(() => undefined);
  }
}

async function bringGroups(
  { kube, folder }: { readonly kube: Kube; readonly folder: string },
  namespace: string,
  name: string,
  replicas: number,
): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/pods`;
  const wanted = Array.from({ length: replicas }, (_, group) => [`${name}-${group}`, `${name}-${group}-1`]).flat();
  const pods = await kube.list(`${path}?labelSelector=${NAME_LABEL}%3D${name}`);
  for (const { metadata } of pods)
    if (!wanted.includes(metadata.name) && metadata.deletionTimestamp === undefined)
      await kube.remove(`${path}/${metadata.name}`);
  for (const podName of wanted)
    if (!pods.some(({ metadata }) => metadata.name === podName))
      await kube.create(path, groupPod(folder, name, podName)).catch(ifNotThere);
}

/** A pod of the same name may still be on its way out. */
function ifNotThere(error: unknown): void {
  if (!(error instanceof KubeError && error.code === 409)) throw error;
}

function groupPod(folder: string, set: string, name: string): object {
  const isLeader = name.split('-').length === set.split('-').length + 1;
  return {
    ...{ apiVersion: 'v1', kind: 'Pod' },
    metadata: { name, labels: { [NAME_LABEL]: set, [INDEX_LABEL]: isLeader ? '0' : '1' } },
    spec: { containers: [containerOf(folder, { role: 'serve', isEmulated: isLeader })] },
  };
}
