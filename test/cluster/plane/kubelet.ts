import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startChild, type Child } from './child.js';
import { KubeError, type KubeObject } from './kube.js';
import type { Plane } from './plane.js';
import { programOf, type PodProgram } from './pod-program.js';
import { podStatus, type ContainerState } from './pod-status.js';
import { takePodNetwork } from './ports.js';
import { serviceDiscovery } from './service-discovery.js';

/** A pod that this kubelet runs. */
export interface RunningPod {
  pod: KubeObject;
  readonly ip: string;
  program: PodProgram | null;
  child: Child | null;
  state: ContainerState;
  isLeaving: boolean;
  /** What its program waits for before it starts again. */
  restart: Promise<void>;
}

/** A kubelet for every node of a plane, without containers: `foresail` is run as a process, other pods only get ready. */
export interface Kubelet {
  readonly pods: (namespace: string) => readonly RunningPod[];
  /** Keeps a pod's program from starting again, as a long back-off does, until the function that it gives is called. */
  readonly holdBack: (pod: RunningPod) => () => void;
  readonly stop: () => Promise<void>;
}

/** Seconds that a pod without a program takes to get ready. */
export const LAUNCH_ANNOTATION = 'test.foresail.dev/launch-seconds';

const PROBE_MILLISECONDS = 200;
/** Longer than a stuck program is worth waiting for. */
const MOST_GRACE_SECONDS = 10;

/** Starts the kubelet. `server` is where operators find the API server, when not at the plane's own address. */
export async function startKubelet(
  plane: Pick<Plane, 'kube' | 'folder' | 'server'>,
  { server = plane.server }: { readonly server?: string } = {},
): Promise<Kubelet> {
  const network = await takePodNetwork();
  const running = new Map<string, RunningPod>();
  const abort = new AbortController();
  const found = serviceDiscovery(plane.folder);
  const changed = (): void => found.write([...running.values()]);
  const context = { plane, server, abort, changed };
  const followed = plane.kube.follow(
    '/api/v1/pods',
    ({ type, object: pod }) => {
      const { uid, deletionTimestamp } = pod.metadata;
      const known = running.get(uid!);
      if (known) known.pod = pod;
      if (type === 'DELETED') {
        running.delete(uid!);
        if (known) void known.child?.stop(0);
        changed();
      } else if (known && deletionTimestamp !== undefined && !known.isLeaving) {
        void endPod(known, context);
      } else if (!known && deletionTimestamp === undefined && (pod.spec as { nodeName?: string }).nodeName) {
        const fresh = { pod, ip: network.next(), program: null, child: null, isLeaving: false } as const;
        const entry: RunningPod = { ...fresh, state: { kind: 'creating' }, restart: Promise.resolve() };
        running.set(uid!, entry);
        void runPod(entry, context);
      }
    },
    abort.signal,
  );
  const stop = async (): Promise<void> => {
    abort.abort();
    await followed;
    await Promise.all([...running.values()].map(async ({ child }) => child?.stop(0)));
    network.close();
  };
  const inNamespace = (namespace: string): RunningPod[] =>
    [...running.values()].filter(({ pod }) => pod.metadata.namespace === namespace);
  const holdBack = (pod: RunningPod): (() => void) => {
    let letGo = (): void => undefined;
    pod.restart = new Promise((resolve) => (letGo = resolve));
    return letGo;
  };
  return { pods: inNamespace, holdBack, stop };
}

interface Context {
  readonly plane: Pick<Plane, 'kube' | 'folder' | 'server'>;
  readonly server: string;
  readonly abort: AbortController;
  readonly changed: () => void;
}

async function runPod(entry: RunningPod, context: Context): Promise<void> {
  const { plane, abort } = context;
  const { name, namespace } = entry.pod.metadata;
  const folder = path.join(plane.folder, 'pods', `${namespace ?? ''}-${name}`);
  const caFile = path.join(plane.folder, 'pki/ca.crt');
  const volumes = path.join(plane.folder, 'volumes');
  try {
    const world = { kube: plane.kube, server: context.server, caFile, folder, volumes };
    const program = await programOf(entry.pod, entry.ip, world);
    entry.program = program;
    for (let restarts = 0; !isOver(entry, context); restarts++) {
      await tell(entry, { kind: 'running', isReady: false, startedAt: new Date().toISOString() }, restarts, context);
      if (program === null) {
        await sleep(1000 * Number(entry.pod.metadata.annotations?.[LAUNCH_ANNOTATION] ?? 0.2));
        if (!isOver(entry, context))
          await tell(entry, { ...entry.state, isReady: true } as ContainerState, restarts, context);
        return;
      }
      entry.child = startChild(program.command, { log: `${folder}.log`, env: program.env });
      void becomeReady(entry, entry.child, program, restarts, context);
      const exitCode = await entry.child.ended;
      if (isOver(entry, context)) return;
      await tell(entry, { kind: 'crashed', exitCode }, restarts + 1, context);
      if (restarts > 0) await sleep(5000, undefined, { signal: abort.signal }).catch(() => undefined);
      await entry.restart;
    }
  } catch (error) {
    if (!abort.signal.aborted) console.error(`kubelet: ${name}: ${(error as Error).message}`);
  }
}

function isOver({ isLeaving }: RunningPod, { abort }: Context): boolean {
  return isLeaving || abort.signal.aborted;
}

/** Probes the program until it says that it is ready, and goes on, to see when it is not. */
async function becomeReady(
  entry: RunningPod,
  child: Child,
  program: PodProgram,
  restarts: number,
  context: Context,
): Promise<void> {
  let was = false;
  while (child.isRunning() && !entry.isLeaving) {
    const answer = await fetch(program.readyUrl, { signal: AbortSignal.timeout(2000) }).catch(() => null);
    const isReady = answer?.ok ?? false;
    await answer?.body?.cancel();
    if (isReady !== was && child.isRunning() && entry.state.kind === 'running') {
      was = isReady;
      await tell(entry, { ...entry.state, isReady }, restarts, context);
    }
    await sleep(was ? 5 * PROBE_MILLISECONDS : PROBE_MILLISECONDS);
  }
}

async function endPod(entry: RunningPod, { plane, changed, abort }: Context): Promise<void> {
  entry.isLeaving = true;
  changed();
  const { name, namespace, uid } = entry.pod.metadata;
  const grace = (entry.pod.metadata.deletionGracePeriodSeconds as number | undefined) ?? 30;
  await entry.child?.stop(Math.min(grace, MOST_GRACE_SECONDS));
  const body = { gracePeriodSeconds: 0, preconditions: { uid } };
  await persist(() => plane.kube.remove(`/api/v1/namespaces/${namespace!}/pods/${name}`, body), abort.signal);
}

async function tell(
  entry: RunningPod,
  state: ContainerState,
  restarts: number,
  { plane, changed, abort }: Context,
): Promise<void> {
  entry.state = state;
  changed();
  const { name, namespace } = entry.pod.metadata;
  const write = (): Promise<KubeObject> =>
    plane.kube.patch(`/api/v1/namespaces/${namespace!}/pods/${name}/status`, {
      status: podStatus(entry.pod, entry.ip, state, restarts),
    });
  await persist(write, abort.signal);
}

/** A kubelet does not give up when the API server is away; what is gone is gone. */
async function persist(write: () => Promise<unknown>, signal: AbortSignal): Promise<void> {
  for (let tries = 0; tries < 150 && !signal.aborted; tries++) {
    try {
      await write();
      return;
    } catch (error) {
      if (error instanceof KubeError && (error.code === 404 || error.code === 409)) return;
      await sleep(200);
    }
  }
}
