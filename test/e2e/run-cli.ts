import { spawnSync } from 'node:child_process';
import { packageFile } from '../../src/base/index.js';

/** What a user sees of one run. */
export interface CliRun {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const program = packageFile('bin/foresail.mjs');

/** Runs the built command line as a program of its own, without a terminal. */
export function runCli(...args: string[]): CliRun {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return { exitCode: status, stdout, stderr };
}

/** CPU seconds, user and system, that one run takes. */
export function cpuSecondsOf(...args: string[]): number {
  const script = '"$@" > /dev/null; times';
  const { stdout } = spawnSync('bash', ['-c', script, 'bash', process.execPath, program, ...args], {
    encoding: 'utf8',
  });
  const ofChildren = stdout.trim().split('\n')[1] ?? '';
  const times = [...ofChildren.matchAll(/(\d+)m([\d.]+)s/g)].map((match) => Number(match[1]) * 60 + Number(match[2]));
  return times.reduce((sum, seconds) => sum + seconds, 0);
}
