import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';

/** A program that runs beside the tests, its output in a log file. */
export interface Child {
  readonly process: ChildProcess;
  /** Lines of standard output as they come. */
  readonly signal: (name: NodeJS.Signals) => void;
  /** Sends SIGTERM, after `seconds` SIGKILL, and waits for the end. */
  readonly stop: (seconds?: number) => Promise<void>;
  readonly ended: Promise<number | null>;
  readonly isRunning: () => boolean;
}

const running = new Set<ChildProcess>();
process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')));

/** Starts a program; it never outlives this process. */
export function startChild(
  command: readonly [program: string, ...args: string[]],
  options: { readonly log: string; readonly env?: Record<string, string>; readonly cwd?: string },
): Child {
  const [program, ...args] = command;
  const log = createWriteStream(options.log, { flags: 'a' });
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  running.add(child);
  const ended = new Promise<number | null>((resolve) => {
    child.once('error', (error) => log.write(`${error.message}\n`)).once('close', resolve);
  });
  void ended.then(() => {
    running.delete(child);
    log.end();
  });
  const isRunning = (): boolean => running.has(child);
  const stop = async (seconds = 5): Promise<void> => {
    if (!isRunning()) return;
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), seconds * 1000);
    await ended;
    clearTimeout(timer);
  };
  return { process: child, signal: (name) => child.kill(name), stop, ended, isRunning };
}

/** Runs a program to its end; what it printed, or an error that holds it. */
export async function runProgram(
  command: readonly [program: string, ...args: string[]],
  options: { readonly env?: Record<string, string>; readonly input?: string; readonly cwd?: string } = {},
): Promise<string> {
  const { code, stdout, stderr } = await tryProgram(command, options);
  if (code !== 0) throw new Error(`${command.join(' ')}: exit code ${code ?? 'none'}\n${stdout}${stderr}`);
  return stdout;
}

/** Runs a program to its end. */
export async function tryProgram(
  [program, ...args]: readonly [program: string, ...args: string[]],
  {
    env = {},
    input = '',
    cwd,
  }: { readonly env?: Record<string, string>; readonly input?: string; readonly cwd?: string } = {},
): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  const child = spawn(program, args, { env: { ...process.env, ...env }, ...(cwd === undefined ? {} : { cwd }) });
  running.add(child);
  child.stdin.end(input);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  running.delete(child);
  return { code, stdout, stderr };
}
