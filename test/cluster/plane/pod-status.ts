import type { KubeObject } from './kube.js';

/** How the one container of a pod stands. */
export type ContainerState =
  | { readonly kind: 'creating' }
  | { readonly kind: 'running'; readonly isReady: boolean; readonly startedAt: string }
  | { readonly kind: 'crashed'; readonly exitCode: number | null };

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly lastTransitionTime: string;
}

/** The status a kubelet writes; what others wrote (the scheduler's condition) stays. */
export function podStatus(pod: KubeObject, ip: string, state: ContainerState, restarts: number): object {
  const isReady = state.kind === 'running' && state.isReady;
  const before = ((pod.status as { conditions?: Condition[] } | undefined)?.conditions ?? []).slice();
  const now = new Date().toISOString();
  for (const [type, holds] of [
    ['PodReadyToStartContainers', true],
    ['Initialized', true],
    ['ContainersReady', isReady],
    ['Ready', isReady],
  ] as const) {
    const status = holds ? 'True' : 'False';
    const index = before.findIndex((condition) => condition.type === type);
    if (index >= 0 && before[index]!.status === status) continue;
    const condition = { type, status, lastTransitionTime: now };
    if (index >= 0) before[index] = condition;
    else before.push(condition);
  }
  return {
    phase: state.kind === 'creating' ? 'Pending' : 'Running',
    conditions: before,
    ...(state.kind === 'creating' ? {} : { podIP: ip, podIPs: [{ ip }] }),
    ...((pod.status as { startTime?: string } | undefined)?.startTime === undefined ? { startTime: now } : {}),
    containerStatuses: (pod.spec as { containers: { name: string; image: string }[] }).containers.map((container) => ({
      name: container.name,
      image: container.image,
      imageID: container.image,
      ready: isReady,
      started: state.kind === 'running',
      restartCount: restarts,
      ...containerState(state),
    })),
  };
}

function containerState(state: ContainerState): object {
  if (state.kind === 'creating') return { state: { waiting: { reason: 'ContainerCreating' } } };
  if (state.kind === 'running') return { state: { running: { startedAt: state.startedAt } } };
  const terminated = { exitCode: state.exitCode ?? 137, reason: 'Error', finishedAt: new Date().toISOString() };
  return {
    state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off restarting failed container' } },
    lastState: { terminated },
  };
}
