import { mkdtempSync } from 'node:fs';
import path from 'node:path';
import { packageFile } from '../../../src/base/index.js';
import { startChild, tryProgram } from '../plane/child.js';

const FORESAIL = [process.execPath, packageFile('bin/foresail.mjs')] as const;

/** Runs the built `foresail` to its end. */
export function foresail(args: readonly string[], env: Record<string, string> = {}): ReturnType<typeof tryProgram> {
  return tryProgram([...FORESAIL, ...args], { env });
}

/** An operator that somebody runs outside of the cluster. */
export interface ByHand {
  /** What it printed on stdout so far. */
  readonly printed: () => string;
  /** Asks it to end; its exit code. */
  readonly stop: () => Promise<number | null>;
}

/** Starts `foresail operator` for one namespace with the administrator's kubeconfig. */
export function startByHand(
  plane: { readonly folder: string; readonly kubeconfig: string },
  namespace: string,
  ...flags: string[]
): ByHand {
  const data = mkdtempSync(path.join(plane.folder, 'by-hand-'));
  const args = ['operator', '--kubeconfig', plane.kubeconfig, '--namespace', namespace, '--data', data];
  const child = startChild([...FORESAIL, ...args, '--host', '127.0.0.1', '--port', '0', ...flags], {
    log: path.join(data, 'log'),
  });
  let printed = '';
  child.process.stdout!.setEncoding('utf8').on('data', (text: string) => (printed += text));
  const stop = async (): Promise<number | null> => {
    await child.stop(20);
    return child.ended;
  };
  return { printed: () => printed, stop };
}
