import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { BuiltStage } from './build-stage.js';

/** The words that start an image with arguments, absolute paths inside its root. */
function wordsOf({ entrypoint, command, root }: BuiltStage, args: readonly string[]): [string, ...string[]] {
  const words = [...entrypoint, ...(args.length > 0 ? args : command)];
  return words.map((word) => (word.startsWith('/') ? path.join(root, word) : word)) as [string, ...string[]];
}

/**
 * What an image prints when it is started with arguments and ends.
 *
 * @throws Error when it ends with another code than 0
 */
export function outputOf(image: BuiltStage, env: NodeJS.ProcessEnv, ...args: string[]): string {
  const [program, ...rest] = wordsOf(image, args);
  const { status, stdout, stderr } = spawnSync(program, rest, { ...placeOf(image, env), encoding: 'utf8' });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status ?? 'a signal'}: ${stderr}`);
  return stdout;
}

/** Starts `emulate` from the image, asks whether it is healthy, and stops it; its exit code. */
export async function tryServer(
  image: BuiltStage,
  env: NodeJS.ProcessEnv,
): Promise<{ health: number; exitCode: number }> {
  const [program, ...rest] = wordsOf(image, ['emulate', '--port', '0', '--json']);
  const child = spawn(program, rest, { ...placeOf(image, env), stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const { url } = JSON.parse(await firstDocument(child.stdout)) as { url: string };
  const { status } = await fetch(`${url}/health`);
  child.kill('SIGTERM');
  const [exitCode] = (await ended) as [number];
  return { health: status, exitCode };
}

/** The text of the JSON document with which a program begins; it ends with a brace on a line of its own. */
async function firstDocument(stdout: NodeJS.ReadableStream): Promise<string> {
  const lines: string[] = [];
  for await (const line of createInterface(stdout)) {
    lines.push(line);
    if (line === '}') break;
  }
  return lines.join('\n');
}

/** Whether a package is installed in the image. */
export function hasPackage({ root, workdir }: BuiltStage, name: string): boolean {
  return existsSync(path.join(root, workdir, 'node_modules', name));
}

function placeOf(
  { root, workdir, env: own }: BuiltStage,
  env: NodeJS.ProcessEnv,
): { cwd: string; env: NodeJS.ProcessEnv } {
  return { cwd: path.join(root, workdir), env: { ...env, ...own } };
}
