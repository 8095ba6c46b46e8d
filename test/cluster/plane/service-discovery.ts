import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { RunningPod } from './kubelet.js';

/** Where the Prometheus of a namespace reads whom to scrape. */
export function targetsFile(folder: string, namespace: string): string {
  return path.join(folder, `discovery/${namespace}.targets.json`);
}

/** Where the router of a namespace reads its replicas. */
export function endpointsFile(folder: string, namespace: string): string {
  return path.join(folder, `discovery/${namespace}.endpoints`);
}

/** Writes who runs where in each namespace: every replica for Prometheus, the ready ones for the router. */
export function serviceDiscovery(folder: string): { readonly write: (pods: readonly RunningPod[]) => void } {
  mkdirSync(path.join(folder, 'discovery'), { recursive: true });
  const last = new Map<string, string>();
  const writeIfNew = (file: string, text: string): void => {
    if (last.get(file) === text) return;
    last.set(file, text);
    writeFileSync(`${file}.part`, text);
    renameSync(`${file}.part`, file);
  };
  const write = (pods: readonly RunningPod[]): void => {
    for (const namespace of new Set(pods.map(({ pod }) => pod.metadata.namespace!))) {
      const replicas = pods.filter(({ pod, program }) => pod.metadata.namespace === namespace && program?.replica);
      const targets = replicas.map(({ pod, program }) => ({
        targets: [new URL(program!.replica!.url).host],
        labels: { namespace, pod: pod.metadata.name },
      }));
      const lines = replicas
        .filter(({ state, isLeaving }) => state.kind === 'running' && state.isReady && !isLeaving)
        .map(({ program }) => `${program!.replica!.role} ${program!.replica!.url}\n`);
      writeIfNew(targetsFile(folder, namespace), JSON.stringify(targets));
      writeIfNew(endpointsFile(folder, namespace), lines.join(''));
    }
  };
  return { write };
}
