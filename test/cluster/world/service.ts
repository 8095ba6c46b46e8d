import { writeFileSync } from 'node:fs';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { packageFile } from '../../../src/base/index.js';
import { startChild, type Child } from '../plane/child.js';
import type { Kube, KubeObject } from '../plane/kube.js';
import { endpointsFile } from '../plane/service-discovery.js';
import { LAUNCH_ANNOTATION } from '../plane/kubelet.js';
import { SLOW_PROFILE } from './profile.js';

/** One pool of a model service. */
export interface Pool {
  readonly role: 'serve' | 'prefill' | 'decode';
  readonly replicas: number;
  /** Seconds until a replica serves. */
  readonly launchSeconds?: number;
  /** Whether pods are emulated replicas, or only get ready. */
  readonly isEmulated?: boolean;
  readonly nodeSelector?: Record<string, string>;
  readonly requests?: Record<string, string>;
}

export const MODEL = 'test/slow-model';

/** The container of a pool's replicas. */
export function containerOf(folder: string, pool: Omit<Pool, 'replicas'>): object {
  const { role, launchSeconds = 2, isEmulated = true, requests } = pool;
  const args = ['emulate', '--profile', path.join(folder, 'slow.json'), '--role', role, '--model', MODEL];
  return {
    name: 'vllm',
    image: isEmulated ? 'vllm/vllm-openai' : 'test/idle',
    ...(isEmulated ? { args: [...args, '--port', '8000', '--startup', `${launchSeconds}s`] } : {}),
    ...(requests === undefined ? {} : { resources: { requests, limits: requests } }),
  };
}

/** The Deployment of a pool, `llama-ROLE`. */
export function deploymentOf(folder: string, pool: Pool): object {
  const { role, replicas, launchSeconds = 2, nodeSelector } = pool;
  const name = `llama-${role}`;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: {
          labels: { app: name, 'foresail.dev/role': role },
          annotations: { [LAUNCH_ANNOTATION]: `${launchSeconds}` },
        },
        spec: { containers: [containerOf(folder, pool)], ...(nodeSelector === undefined ? {} : { nodeSelector }) },
      },
    },
  };
}

/** Creates a namespace with a pool's Deployment each, and the profile of its emulated GPU in a ConfigMap. */
export async function createService(
  plane: { readonly kube: Kube; readonly folder: string },
  namespace: string,
  pools: readonly Pool[],
): Promise<void> {
  const profile = JSON.stringify(SLOW_PROFILE);
  writeFileSync(path.join(plane.folder, 'slow.json'), profile);
  await plane.kube.create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const data = { 'slow.json': profile };
  await plane.kube.create(`/api/v1/namespaces/${namespace}/configmaps`, {
    ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'profile' }, data },
  });
  for (const pool of pools) await plane.kube.create(deploymentsOf(namespace), deploymentOf(plane.folder, pool));
}

/** Path of a namespace's Deployments. */
export function deploymentsOf(namespace: string): string {
  return `/apis/apps/v1/namespaces/${namespace}/deployments`;
}

/** A Deployment's replicas asked for and ready. */
export async function replicasOf(
  kube: Kube,
  namespace: string,
  role: string,
): Promise<{ readonly asked: number; readonly ready: number }> {
  const { spec, status } = (await kube.get(`${deploymentsOf(namespace)}/llama-${role}`)) as KubeObject & {
    spec: { replicas: number };
    status?: { readyReplicas?: number };
  };
  return { asked: spec.replicas, ready: status?.readyReplicas ?? 0 };
}

/** Starts `foresail emulate --router` before a namespace's replicas; gives its URL. */
export async function startRouter(
  plane: { readonly folder: string },
  namespace: string,
): Promise<{ readonly url: string; readonly child: Child }> {
  const args = ['--router', '--endpoints', endpointsFile(plane.folder, namespace), '--port', '0'];
  const child = startChild([process.execPath, packageFile('bin/foresail.mjs'), 'emulate', ...args], {
    log: path.join(plane.folder, `router-${namespace}.log`),
  });
  const lines = createInterface({ input: child.process.stdout! });
  const line = (await Promise.race([once(lines, 'line'), child.ended]))?.toString() ?? '';
  const url = /http:\/\/[^\s,]+/.exec(line)?.[0];
  if (url === undefined) throw new Error(`the router did not start: ${line}`);
  return { url, child };
}

/** Starts `foresail replay` of a trace's CSV. */
export function startLoad(plane: { readonly folder: string }, name: string, csv: string, url: string): Child {
  const file = path.join(plane.folder, `load-${name}.csv`);
  writeFileSync(file, csv);
  return startChild(
    [process.execPath, packageFile('bin/foresail.mjs'), 'replay', file, '--url', url, '--model', MODEL, '--json'],
    { log: path.join(plane.folder, `load-${name}.log`) },
  );
}
