import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { packageFile } from '../../../src/base/index.js';
import { kubeconfigWith, tokenOf } from './account.js';
import type { Kube, KubeObject } from './kube.js';

/** What a container runs here instead of its image. */
export interface PodProgram {
  readonly command: readonly [string, ...string[]];
  readonly env: Record<string, string>;
  /** Answers 200 once the pod is ready. */
  readonly readyUrl: string;
  /** Where a replica takes requests; null for what is no replica. */
  readonly replica: { readonly role: string; readonly url: string } | null;
}

interface Container {
  readonly command?: string[];
  readonly args?: string[];
  readonly env?: { name: string; value?: string; valueFrom?: { fieldRef?: { fieldPath: string } } }[];
  readonly volumeMounts?: { name: string; mountPath: string }[];
  readonly readinessProbe?: { httpGet?: { path: string; port: number | string } };
  readonly ports?: { name?: string; containerPort: number }[];
}

interface PodSpec {
  readonly containers: [Container];
  readonly serviceAccountName?: string;
  readonly volumes?: { name: string; persistentVolumeClaim?: { claimName: string } }[];
}

/** Where pods find the API server, and what they may keep. */
export interface PodWorld {
  readonly kube: Kube;
  readonly server: string;
  readonly caFile: string;
  /** A folder of this pod's own. */
  readonly folder: string;
  /** Where claimed volumes lie: they outlive pods. */
  readonly volumes: string;
}

/**
 * The program of a pod whose container runs `foresail emulate` or `foresail operator`: the built one, listening on the pod's own
 * address, with a kubeconfig for its service account in place of the mounted token. Null for other pods.
 */
export async function programOf(pod: KubeObject, ip: string, world: PodWorld): Promise<PodProgram | null> {
  const [container] = (pod.spec as PodSpec).containers;
  const words = [...(container.command ?? []), ...(container.args ?? [])];
  const start = words.findIndex((word) => word === 'emulate' || word === 'operator');
  if (start < 0) return null;
  mkdirSync(world.folder, { recursive: true });
  const args = words.slice(start).map((word) => insideVolumes(word, pod, world));
  const command = [process.execPath, packageFile('bin/foresail.mjs'), ...args, '--host', ip] as const;
  const env = environmentOf(pod, container, ip);
  if (args[0] === 'emulate') {
    const url = `http://${ip}:${flagOf(args, '--port') ?? '8000'}`;
    return { command, env, readyUrl: `${url}/health`, replica: { role: flagOf(args, '--role') ?? 'serve', url } };
  }
  const kubeconfig = path.join(world.folder, 'kubeconfig');
  await writeKubeconfig(kubeconfig, pod, world);
  const readyUrl = `http://${ip}:${flagOf(args, '--port') ?? '8080'}${container.readinessProbe?.httpGet?.path ?? '/readyz'}`;
  return { command: [...command, '--kubeconfig', kubeconfig], env, readyUrl, replica: null };
}

function flagOf(args: readonly string[], flag: string): string | undefined {
  const index = args.indexOf(flag);
  if (index >= 0) return args[index + 1];
  return args.find((word) => word.startsWith(`${flag}=`))?.slice(flag.length + 1);
}

/** A word of the command with the folder of a volume in place of where it is mounted. */
function insideVolumes(word: string, pod: KubeObject, world: PodWorld): string {
  const { containers, volumes = [] } = pod.spec as PodSpec;
  for (const { name, mountPath } of containers[0].volumeMounts ?? []) {
    if (!word.includes(mountPath)) continue;
    const claim = volumes.find((volume) => volume.name === name)?.persistentVolumeClaim?.claimName;
    const { namespace = 'default', uid = '' } = pod.metadata;
    const folder =
      claim === undefined ? path.join(world.folder, uid, name) : path.join(world.volumes, `${namespace}-${claim}`);
    mkdirSync(folder, { recursive: true });
    return word.replace(mountPath, folder);
  }
  return word;
}

function environmentOf(pod: KubeObject, container: Container, ip: string): Record<string, string> {
  const fields: Record<string, string | undefined> = {
    'metadata.name': pod.metadata.name,
    'metadata.namespace': pod.metadata.namespace,
    'metadata.uid': pod.metadata.uid,
    'status.podIP': ip,
  };
  return Object.fromEntries(
    (container.env ?? []).flatMap(({ name, value, valueFrom }) => {
      const text = value ?? fields[valueFrom?.fieldRef?.fieldPath ?? ''];
      return text === undefined ? [] : [[name, text] as const];
    }),
  );
}

async function writeKubeconfig(file: string, pod: KubeObject, world: PodWorld): Promise<void> {
  const { namespace = 'default', name, uid } = pod.metadata;
  const account = (pod.spec as PodSpec).serviceAccountName ?? 'default';
  const boundObjectRef = { apiVersion: 'v1', kind: 'Pod', name, uid };
  const token = await tokenOf(world.kube, namespace, account, { boundObjectRef });
  writeFileSync(file, kubeconfigWith(token, { ...world, namespace }));
}
