import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { packageFile } from '../../src/base/index.js';

/** A program that runs beside the test. */
export interface RunningProgram {
  readonly url: string;
  /** Sends a signal; the exit code follows in `ended`. */
  readonly signal: (name: NodeJS.Signals) => void;
  readonly ended: Promise<number | null>;
}

/** Starts `foresail emulate` with any free port; what is started stops when the enclosing `describe` is over. */
export function emulatePrograms(): (...args: string[]) => Promise<RunningProgram> {
  return serverPrograms('emulate');
}

/** Starts a command that serves HTTP, with any free port; what is started stops when the enclosing `describe` is over. */
export function serverPrograms(name: 'emulate' | 'serve'): (...args: string[]) => Promise<RunningProgram> {
  const started: ChildProcess[] = [];
  after(() => started.forEach((child) => child.kill('SIGKILL')));
  return async (...args) => {
    const command = [packageFile('bin/foresail.mjs'), name, '--port', '0', ...args];
    const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] });
    started.push(child);
    const ended = once(child, 'exit').then(([code]) => code as number | null);
    const lines = createInterface({ input: child.stdout });
    for await (const line of lines) {
      const url = /http:\/\/\S+?(?=[,\s]|$)/.exec(line)?.[0];
      if (url !== undefined) return { url, ended, signal: (name) => child.kill(name) };
    }
    throw new Error(`${name} ${args.join(' ')} ended without an address`);
  };
}

/** Whether a program is installed. */
export function isInstalled(name: string): boolean {
  return spawnSync('which', [name]).status === 0;
}

/** Like `describe`, for tests that need installed programs: skipped aloud without them, and a failure in CI. */
export function describeWithPrograms(names: readonly string[], title: string, body: () => void): void {
  const missing = names.filter((name) => !isInstalled(name));
  if (missing.length === 0) {
    describe(title, body);
  } else if (process.env.CI) {
    describe(title, () => {
      it(`finds ${missing.join(' and ')}`, () => {
        throw new Error(`not installed: ${missing.join(', ')}`);
      });
    });
  } else {
    console.warn(`skipped without ${missing.join(' and ')}: ${title}`);
    describe.skip(title, body);
  }
}
