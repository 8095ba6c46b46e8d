import type { KubeObject } from './kube/kube-api.js';

/** Why a pod does not come up by itself. */
export type PodTrouble = 'Unschedulable' | 'CrashLoop' | 'ImageMissing' | 'ContainerError';

/** One pod of a pool, as far as scaling is concerned. Times are Unix seconds. */
export interface PodSeen {
  readonly name: string;
  readonly uid: string;
  /** Its address; null while it has none. */
  readonly ip: string | null;
  readonly createdAt: number;
  readonly isReady: boolean;
  /** When it last became ready; null while it is not. */
  readonly readyAt: number | null;
  readonly restarts: number;
  /** It is being deleted. */
  readonly isDraining: boolean;
  readonly trouble: PodTrouble | null;
  /** What Kubernetes says of the trouble. */
  readonly message: string;
  readonly deletionCost: string | null;
  readonly resourceVersion: string;
}

/** Names the victims of a scale-down: lower goes first. */
export const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';

interface PodStatus {
  readonly phase?: string;
  readonly podIP?: string;
  readonly conditions?: readonly {
    readonly type: string;
    readonly status: string;
    readonly reason?: string;
    readonly message?: string;
    readonly lastTransitionTime?: string;
  }[];
  readonly initContainerStatuses?: readonly ContainerStatus[];
  readonly containerStatuses?: readonly ContainerStatus[];
}

interface ContainerStatus {
  readonly restartCount?: number;
  readonly state?: { readonly waiting?: { readonly reason?: string; readonly message?: string } };
}

/** What a container waits for that does not come by itself, by the kubelet's word for it. */
const WAITING_TROUBLE: Readonly<Record<string, PodTrouble>> = {
  CrashLoopBackOff: 'CrashLoop',
  ErrImagePull: 'ImageMissing',
  ImagePullBackOff: 'ImageMissing',
  ErrImageNeverPull: 'ImageMissing',
  InvalidImageName: 'ImageMissing',
  CreateContainerConfigError: 'ContainerError',
  CreateContainerError: 'ContainerError',
  RunContainerError: 'ContainerError',
};

/** Reads a pod; null for one that has ended and holds nothing any more. */
export function readPod({ metadata, status = {} }: KubeObject & { readonly status?: PodStatus }): PodSeen | null {
  const { phase, podIP, conditions = [], initContainerStatuses = [], containerStatuses = [] } = status;
  if (phase === 'Succeeded' || phase === 'Failed') return null;
  const ready = conditions.find(({ type }) => type === 'Ready');
  const isReady = ready?.status === 'True' && metadata.deletionTimestamp === undefined;
  const { trouble, message } = troubleOf(conditions, [...initContainerStatuses, ...containerStatuses]);
  return {
    name: metadata.name,
    uid: metadata.uid ?? metadata.name,
    ip: podIP ?? null,
    createdAt: secondsOf(metadata.creationTimestamp) ?? 0,
    isReady,
    readyAt: isReady ? secondsOf(ready.lastTransitionTime) : null,
    restarts: Math.max(0, ...containerStatuses.map(({ restartCount = 0 }) => restartCount)),
    isDraining: metadata.deletionTimestamp !== undefined,
    trouble: isReady ? null : trouble,
    message,
    deletionCost: metadata.annotations?.[DELETION_COST] ?? null,
    resourceVersion: metadata.resourceVersion ?? '',
  };
}

function troubleOf(
  conditions: NonNullable<PodStatus['conditions']>,
  containers: readonly ContainerStatus[],
): { trouble: PodTrouble | null; message: string } {
  const scheduled = conditions.find(({ type }) => type === 'PodScheduled');
  if (scheduled?.status === 'False' && scheduled.reason === 'Unschedulable')
    return { trouble: 'Unschedulable', message: scheduled.message ?? '' };
  for (const { state } of containers) {
    const { reason = '', message = '' } = state?.waiting ?? {};
    const trouble = WAITING_TROUBLE[reason];
    if (trouble !== undefined) return { trouble, message };
  }
  return { trouble: null, message: '' };
}

/** Unix seconds of a time as Kubernetes writes it; null where there is none. */
export function secondsOf(time: string | undefined): number | null {
  const milliseconds = time === undefined ? NaN : Date.parse(time);
  return Number.isNaN(milliseconds) ? null : milliseconds / 1000;
}
