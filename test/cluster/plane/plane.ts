import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packageFile } from '../../../src/base/index.js';
import { runProgram, tryProgram } from './child.js';
import { kubeOf, type Kube } from './kube.js';
import { freePorts } from './ports.js';

/** A real Kubernetes control plane on this machine's loopback, with two nodes. */
export interface Plane {
  /** Where everything of it lies; goes when it stops. */
  readonly folder: string;
  readonly server: string;
  readonly etcd: string;
  /** The administrator's. */
  readonly kubeconfig: string;
  readonly kube: Kube;
  /** Kills a part and starts it again; `all` is what an API server's restart asks for. */
  readonly restart: (part: 'apiserver' | 'all') => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** What another process needs to reach a plane. */
export type PlaneAddress = Pick<Plane, 'folder' | 'server' | 'etcd' | 'kubeconfig'>;

const folderOfScripts = packageFile('test/cluster/control-plane');

/** The path of the control plane's binary; built once, which takes minutes. */
export async function controlPlaneBinary(): Promise<string> {
  return (await runProgram([path.join(folderOfScripts, 'build.sh')])).trim();
}

/** Starts a control plane. `apiServerFlags` are added to the API server's own. */
export async function startPlane(options: { readonly apiServerFlags?: readonly string[] } = {}): Promise<Plane> {
  const folder = mkdtempSync(path.join(tmpdir(), 'foresail-plane-'));
  const [port, etcd, peer, kcm, scheduler] = await freePorts(5);
  const env = {
    KUBEPLANE: await controlPlaneBinary(),
    ...{ KP_PORT: `${port!}`, KP_ETCD: `${etcd!}`, KP_PEER: `${peer!}`, KP_KCM: `${kcm!}`, KP_SCHED: `${scheduler!}` },
    KP_APISERVER_FLAGS: (options.apiServerFlags ?? []).join(' '),
  };
  const script = (...args: string[]): Promise<string> =>
    runProgram([path.join(folderOfScripts, 'plane.sh'), args[0]!, folder, ...args.slice(1)], { env });
  const stop = async (): Promise<void> => {
    await script('down');
    if (process.env.KEEP_PLANE === undefined) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await script('up');
    const address = {
      folder,
      server: `https://127.0.0.1:${port!}`,
      etcd: `http://127.0.0.1:${etcd!}`,
      kubeconfig: path.join(folder, 'admin.kubeconfig'),
    };
    const plane = { ...joinPlane(address), restart: (part: string) => restart(script, part), stop };
    await Promise.all(['n1', 'n2'].map((name) => addNode(plane.kube, name, {})));
    await Promise.all(['v1', 'v2', 'v3', 'v4'].map((name) => addVolume(plane.kube, name)));
    return plane;
  } catch (error) {
    const said = existsSync(path.join(folder, 'kube-apiserver.log'))
      ? readFileSync(path.join(folder, 'kube-apiserver.log'), 'utf8').slice(-2000)
      : '';
    await tryProgram([path.join(folderOfScripts, 'plane.sh'), 'down', folder], { env });
    throw new Error(`the control plane did not start: ${said}`, { cause: error });
  }
}

/** A volume for whoever claims one; the test kubelet keeps what is in it. */
async function addVolume(kube: Kube, name: string): Promise<void> {
  await kube.create('/api/v1/persistentvolumes', {
    ...{ apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name } },
    spec: {
      ...{ capacity: { storage: '10Gi' }, accessModes: ['ReadWriteOnce'], persistentVolumeReclaimPolicy: 'Retain' },
      hostPath: { path: '/var/lib/test' },
    },
  });
}

/** A plane that another process started and stops. */
export function joinPlane(address: PlaneAddress): PlaneAddress & Pick<Plane, 'kube'> {
  return { ...address, kube: kubeOf(address.kubeconfig) };
}

async function restart(script: (name: string) => Promise<string>, part: string): Promise<void> {
  await script('apiserver');
  if (part === 'all') await Promise.all([script('kcm'), script('scheduler')]);
}

/** Adds a node that the scheduler accepts: 64 CPUs and GPUs, unless told otherwise. */
export async function addNode(
  kube: Kube,
  name: string,
  { gpus = 64, labels = {} }: { readonly gpus?: number; readonly labels?: Record<string, string> },
): Promise<void> {
  const metadata = { name, labels: { 'kubernetes.io/hostname': name, ...labels } };
  await kube.create('/api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata });
  const capacity = { cpu: '64', memory: '256Gi', pods: '200', 'nvidia.com/gpu': `${gpus}` };
  const now = new Date().toISOString();
  const ready = { type: 'Ready', status: 'True', reason: 'Test', lastHeartbeatTime: now, lastTransitionTime: now };
  await kube.patch(`/api/v1/nodes/${name}/status`, {
    status: { capacity, allocatable: capacity, conditions: [ready] },
  });
  await kube.patch(`/api/v1/nodes/${name}`, { spec: { taints: null } });
}
