import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Instruction, Stage } from './read-dockerfile.js';

/** Where a build happens: the sources, and a folder with one folder a stage, which stands for its root. */
export interface Build {
  readonly context: string;
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly log: (line: string) => void;
}

/** What a stage leaves for who starts it. */
export interface BuiltStage {
  /** The folder that stands for its root. */
  readonly root: string;
  readonly workdir: string;
  readonly env: NodeJS.ProcessEnv;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
}

/**
 * Runs the instructions of a stage as Docker would, in a folder of its own. Instead of its base image there is the machine's own Node.
 *
 * @throws Error when a command fails
 */
export function buildStage({ name, instructions }: Stage, build: Build): BuiltStage {
  const root = path.join(build.folder, name);
  mkdirSync(root, { recursive: true });
  let state: BuiltStage = { root, workdir: '/', env: {}, entrypoint: [], command: [] };
  for (const instruction of instructions) {
    build.log(`${name}: ${instruction.name} ${instruction.text}`);
    state = { ...state, ...follow(instruction, state, build) };
  }
  return state;
}

function follow({ name, text }: Instruction, state: BuiltStage, build: Build): Partial<BuiltStage> {
  const list = (): string[] => JSON.parse(text) as string[];
  switch (name) {
    case 'WORKDIR':
      mkdirSync(path.join(state.root, text), { recursive: true });
      return { workdir: text };
    case 'COPY':
      copy(text.split(/\s+/), state, build);
      return {};
    case 'RUN':
      run(text, state, build);
      return {};
    case 'ENV':
      return { env: { ...state.env, ...Object.fromEntries([text.split('=', 2) as [string, string]]) } };
    case 'ENTRYPOINT':
      return { entrypoint: list() };
    case 'CMD':
      return { command: list() };
    case 'USER':
    case 'EXPOSE':
      return {};
    default:
      throw new RangeError(`Cannot build: ${name} is not known here`);
  }
}

function copy(words: readonly string[], { root, workdir }: BuiltStage, { context, folder }: Build): void {
  const stage = words.find((word) => word.startsWith('--from='))?.slice('--from='.length);
  const sources = words.filter((word) => !word.startsWith('--'));
  const target = sources.pop()!;
  for (const source of sources) {
    const from = path.join(stage === undefined ? context : path.join(folder, stage), source);
    if (!existsSync(from)) throw new Error(`COPY: there is no ${from}`);
    const into = path.join(root, path.resolve(workdir, target));
    cpSync(from, target.endsWith('/') ? path.join(into, path.basename(source)) : into, { recursive: true });
  }
}

function run(command: string, { root, workdir, env }: BuiltStage, build: Build): void {
  const { status } = spawnSync('bash', ['-ec', command], {
    cwd: path.join(root, workdir),
    env: { ...build.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0) throw new Error(`"${command}" ended with ${status ?? 'a signal'}`);
}
