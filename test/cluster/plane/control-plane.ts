import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageFile } from '../../../src/base/index.js';
import { runProgram, startChild, type Child } from './child.js';
import { freePorts } from './ports.js';

/** A program of the control plane. */
export type Part = 'etcd' | 'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler';

/** The four programs of a control plane, which end when this process does. */
export interface ControlPlane {
  /** Where the API server listens. */
  readonly server: string;
  readonly etcd: string;
  /** Makes the certificates and kubeconfigs, starts every part and waits until the API server is ready. */
  readonly start: () => Promise<void>;
  /** Kills a part and starts it again. */
  readonly restart: (part: Part) => Promise<void>;
  readonly stop: () => Promise<void>;
}

const SCRIPTS = packageFile('test/cluster/control-plane');

/** The path of the control plane's binary; built once, which takes minutes and shows what it does. */
async function controlPlaneBinary(): Promise<string> {
  const built = await runProgram([path.join(SCRIPTS, 'build.sh')], { showsErrors: true }).catch((cause: unknown) => {
    throw new Error('Cannot build the control plane: it needs Go 1.24 or newer', { cause });
  });
  return built.trim();
}

/** A control plane on free ports that keeps its state and logs in a folder. */
export async function controlPlane(folder: string, apiServerFlags: readonly string[]): Promise<ControlPlane> {
  const [port, etcd, peer, manager, scheduler] = await freePorts(5);
  const env = {
    KUBEPLANE: await controlPlaneBinary(),
    ...{ KP_PORT: `${port!}`, KP_ETCD: `${etcd!}`, KP_PEER: `${peer!}`, KP_KCM: `${manager!}` },
    ...{ KP_SCHED: `${scheduler!}`, KP_APISERVER_FLAGS: apiServerFlags.join(' ') },
  };
  const script = path.join(SCRIPTS, 'plane.sh');
  const running = new Map<Part, Child>();
  const begin = (part: Part): void => {
    const child = startChild([script, part, folder], { env, log: logOf(folder, part) });
    running.set(part, child);
    void child.ended.then(() => {
      if (running.get(part) === child) console.error(`${part} ended by itself: ${lastWords(folder, part)}`);
    });
  };
  const isReady = async (): Promise<void> => {
    await runProgram([script, 'ready', folder], { env }).catch((cause: unknown) => {
      throw new Error(`the API server did not get ready: ${lastWords(folder, 'kube-apiserver')}`, { cause });
    });
  };
  const kill = async (part: Part): Promise<void> => {
    const child = running.get(part);
    running.delete(part);
    child?.signal('SIGKILL'); // after SIGTERM it lingers half a minute while watches are open
    await child?.ended;
  };
  return {
    server: `https://127.0.0.1:${port!}`,
    etcd: `http://127.0.0.1:${etcd!}`,
    start: async () => {
      await runProgram([script, 'certs', folder], { env });
      begin('etcd');
      begin('kube-apiserver');
      await isReady();
      begin('kube-controller-manager');
      begin('kube-scheduler');
    },
    restart: async (part) => {
      await kill(part);
      begin(part);
      if (part === 'kube-apiserver') await isReady();
    },
    stop: async () => {
      for (const part of [...running.keys()].reverse()) await kill(part);
    },
  };
}

function lastWords(folder: string, part: Part): string {
  return readFileSync(logOf(folder, part), 'utf8').slice(-2000);
}

function logOf(folder: string, part: Part): string {
  return path.join(folder, `${part}.log`);
}
