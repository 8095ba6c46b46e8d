import { packageFile } from '../../../src/base/index.js';
import { runProgram } from '../plane/child.js';
import { helmAndKubectl } from '../helm-and-kubectl.js';
import type { Kube } from '../plane/kube.js';
import { eventually } from './eventually.js';

/** Where the chart puts the operator unless told otherwise. */
export const SYSTEM_NAMESPACE = 'foresail-system';

/** A plane as its users reach it. */
export interface Cluster {
  readonly kube: Kube;
  readonly kubeconfig: string;
}

/** Runs helm or kubectl as the plane's administrator; what it printed. */
export function run(
  plane: { readonly kubeconfig: string },
  program: 'helm' | 'kubectl',
  ...args: string[]
): Promise<string> {
  return runProgram([helmAndKubectl()[program], ...args], { env: { KUBECONFIG: plane.kubeconfig } });
}

/** `helm install` of the chart with values as `--set-json` takes them. */
export async function install(plane: Cluster, namespace: string, values: Record<string, unknown> = {}): Promise<void> {
  const sets = Object.entries(values).flatMap(([key, value]) => ['--set-json', `${key}=${JSON.stringify(value)}`]);
  const chart = packageFile('charts/foresail');
  await run(plane, 'helm', 'install', 'foresail', chart, '--namespace', namespace, '--create-namespace', ...sets);
}

/** Installs Foresail for all namespaces, to scale Deployments and LeaderWorkerSets, and waits until it is ready. */
export async function installForAll(plane: Cluster): Promise<void> {
  const scaleTargets = [
    { group: 'apps', resource: 'deployments' },
    { group: 'leaderworkerset.x-k8s.io', resource: 'leaderworkersets' },
  ];
  await install(plane, SYSTEM_NAMESPACE, { scaleTargets });
  await operatorIsReady(plane.kube, SYSTEM_NAMESPACE);
}

/** Waits until every replica of the operator in a namespace says that it is ready. */
export async function operatorIsReady(kube: Kube, namespace: string): Promise<void> {
  await eventually(60, async () => {
    const { spec, status } = await kube.get(`/apis/apps/v1/namespaces/${namespace}/statefulsets/foresail`);
    const ready = (status as { readyReplicas?: number }).readyReplicas ?? 0;
    if (ready < (spec as { replicas: number }).replicas) throw new Error(`the operator is not ready: ${ready}`);
  });
}

/** Whether the operator's service account may do something: what `kubectl auth can-i` says. `namespace` null: in all of them. */
export async function may(plane: Cluster, namespace: string | null, ...what: string[]): Promise<string> {
  const where = namespace === null ? ['--all-namespaces'] : ['--namespace', namespace];
  const account = `system:serviceaccount:${SYSTEM_NAMESPACE}:foresail`;
  return run(plane, 'kubectl', 'auth', 'can-i', ...what, '--as', account, ...where).then(
    (text) => text.trim(),
    (error: unknown) => ((error as Error).message.includes('\nno') ? 'no' : Promise.reject(error as Error)),
  );
}
