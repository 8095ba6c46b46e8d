import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { packageFile } from '../../../src/base/index.js';
import { startChild, tryProgram, type Child } from '../plane/child.js';

/** `npm run cluster`, as a person uses it. */
export interface ClusterCommand {
  readonly child: Child;
  /** The folder of its control plane. */
  readonly folder: string;
  /** Runs commands after the lines that it printed to be copied; what all of these print. */
  readonly copy: (commands: string) => Promise<string>;
  /** What it has running and lying about; after its end, what it left. */
  readonly remains: () => string[];
}

/** Starts what `npm run cluster` starts once all is built, and waits for what it prints. */
export async function startClusterCommand(): Promise<ClusterCommand> {
  const child = startChild([process.execPath, packageFile('dist/scripts/cluster.js')], { log: '/dev/null' });
  const copied: string[] = [];
  let errors = '';
  child.process.stderr!.setEncoding('utf8').on('data', (text: string) => (errors += text));
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: child.process.stdout! }).on('line', (line) => {
      if (line.startsWith('    ')) copied.push(line.trim());
      if (copied.length > 0 && line.startsWith('Pods')) resolve();
    });
    void child.ended.then((code) => reject(new Error(`it ended with ${code ?? 'a signal'}: ${errors}`)));
  });
  const folder = path.dirname(/^export KUBECONFIG="(.+)"$/m.exec(copied.join('\n'))?.[1] ?? '');
  const seen = new Set<string>();
  const remains = (): string[] => {
    if (child.isRunning()) childrenOf(child.process.pid!).forEach((pid) => seen.add(pid));
    return [...[...seen].filter((pid) => existsSync(`/proc/${pid}`)), ...[folder].filter(existsSync)];
  };
  const copy = async (commands: string): Promise<string> => {
    const lines = [...copied, commands].join('\n');
    const { code, stdout, stderr } = await tryProgram(['bash', '-euo', 'pipefail', '-c', lines], {
      cwd: packageFile('.'),
    });
    remains(); // takes down what runs now
    if (code !== 0) throw new Error(`${commands}: exit code ${code ?? 'none'}\n${stdout}${stderr}\n${errors}`);
    return stdout;
  };
  return { child, folder, copy, remains };
}

function childrenOf(pid: number): string[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .split(' ')
    .filter((pid) => pid !== '');
}
