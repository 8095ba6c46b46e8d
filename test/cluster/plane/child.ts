import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';

/** A program that runs beside the tests, its output in a log file. */
export interface Child {
  readonly process: ChildProcess;
  readonly signal: (name: NodeJS.Signals) => void;
  /** Sends SIGTERM, after `seconds` SIGKILL, and waits for the end. */
  readonly stop: (seconds?: number) => Promise<void>;
  readonly ended: Promise<number | null>;
  readonly isRunning: () => boolean;
}

/** What makes the kernel kill a program as soon as this process has ended, however it ended (util-linux). */
const TIED = ['--pdeathsig', 'KILL', '--'] as const;

/** Starts a program; it never outlives this process, and a terminal's Ctrl-C is not for it. */
export function startChild(
  command: readonly [program: string, ...args: string[]],
  options: { readonly log: string; readonly env?: Record<string, string>; readonly cwd?: string },
): Child {
  const log = createWriteStream(options.log, { flags: 'a' });
  const child = spawn('setpriv', [...TIED, ...command], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    env: { ...process.env, ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  let isRunning = true;
  const ended = new Promise<number | null>((resolve) => {
    child.once('error', (error) => log.write(`${error.message}\n`)).once('close', resolve);
  });
  void ended.then(() => {
    isRunning = false;
    log.end();
  });
  const stop = async (seconds = 5): Promise<void> => {
    if (!isRunning) return;
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), seconds * 1000);
    await ended;
    clearTimeout(timer);
  };
  return { process: child, signal: (name) => child.kill(name), stop, ended, isRunning: () => isRunning };
}

/** How a program is run to its end. */
export interface RunOptions {
  readonly env?: Record<string, string>;
  readonly input?: string;
  readonly cwd?: string;
  /** Whether its standard error is shown as it comes, and not given back. */
  readonly showsErrors?: boolean;
}

/** Runs a program to its end; what it printed, or an error that holds it. */
export async function runProgram(
  command: readonly [program: string, ...args: string[]],
  options: RunOptions = {},
): Promise<string> {
  const { code, stdout, stderr } = await tryProgram(command, options);
  if (code !== 0) throw new Error(`${command.join(' ')}: exit code ${code ?? 'none'}\n${stdout}${stderr}`);
  return stdout;
}

/** Runs a program to its end, or to this process's. */
export async function tryProgram(
  command: readonly [program: string, ...args: string[]],
  { env = {}, input = '', cwd, showsErrors = false }: RunOptions = {},
): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  const child = spawn('setpriv', [...TIED, ...command], {
    stdio: ['pipe', 'pipe', showsErrors ? 'inherit' : 'pipe'],
    env: { ...process.env, ...env },
    ...(cwd === undefined ? {} : { cwd }),
  });
  child.stdin!.end(input);
  let stdout = '';
  let stderr = '';
  child.stdout!.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}
