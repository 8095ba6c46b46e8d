import path from 'node:path';
import { controlPlane } from './control-plane.js';
import { kubeOf, type Kube } from './kube.js';
import { temporaryFolder } from './temporary-folder.js';

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

/** Starts a control plane. `apiServerFlags` are added to the API server's own. */
export async function startPlane(options: { readonly apiServerFlags?: readonly string[] } = {}): Promise<Plane> {
  const folder = temporaryFolder('foresail-plane-');
  const parts = await controlPlane(folder.path, options.apiServerFlags ?? []);
  const stop = async (): Promise<void> => {
    await parts.stop();
    folder.remove();
  };
  const restart = async (part: 'apiserver' | 'all'): Promise<void> => {
    await parts.restart('kube-apiserver');
    if (part === 'all') await Promise.all([parts.restart('kube-controller-manager'), parts.restart('kube-scheduler')]);
  };
  try {
    await parts.start();
    const { server, etcd } = parts;
    const kubeconfig = path.join(folder.path, 'admin.kubeconfig');
    const plane = { ...joinPlane({ folder: folder.path, server, etcd, kubeconfig }), restart, stop };
    await Promise.all(['n1', 'n2'].map((name) => addNode(plane.kube, name, {})));
    await Promise.all(['v1', 'v2', 'v3', 'v4'].map((name) => addVolume(plane.kube, name)));
    return plane;
  } catch (error) {
    await stop();
    throw error;
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
