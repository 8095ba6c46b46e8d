import { createRequire } from 'node:module';
import path from 'node:path';
import type * as Tfjs from '@tensorflow/tfjs';

/** TensorFlow.js' whole interface; loaded by `openBackend` alone. */
export type TensorFlow = typeof Tfjs;

/** One way to run networks that was looked at, in the order of preference. */
export interface BackendAttempt {
  readonly name: string;
  readonly ok: boolean;
  /** What was found, or why it cannot be used. */
  readonly reason: string;
}

/** The engine that networks run on, and every attempt that led to it. */
export interface Backend {
  readonly tf: TensorFlow;
  /** Name of the attempt that worked: `tfjs-node-gpu`, `tfjs-node`, `wasm` or `cpu`. */
  readonly name: string;
  /** What the engine computes on; `gpu` only where native TensorFlow says so itself. */
  readonly device: 'gpu' | 'cpu';
  readonly attempts: readonly BackendAttempt[];
}

/** A way to run networks: what to import, and the name under which it should then be registered. */
export interface Candidate {
  readonly name: string;
  readonly module: string | null;
  readonly registered: string;
}

const CANDIDATES: readonly Candidate[] = [
  { name: 'tfjs-node-gpu', module: '@tensorflow/tfjs-node-gpu', registered: 'tensorflow' },
  { name: 'tfjs-node', module: '@tensorflow/tfjs-node', registered: 'tensorflow' },
  { name: 'wasm', module: '@tensorflow/tfjs-backend-wasm', registered: 'wasm' },
  { name: 'cpu', module: null, registered: 'cpu' },
];

let opened: Promise<Backend> | undefined;

/**
 * Loads TensorFlow.js once and settles on the best engine that works here: native with GPU, native, WebAssembly, plain
 * JavaScript. An import that succeeds proves nothing (plain TensorFlow.js may stand under a native package's name): only what
 * `setBackend` answers counts. Native TensorFlow may itself have fallen back from GPU to CPU: `device` says.
 */
export function openBackend(): Promise<Backend> {
  opened ??= chooseBackend(CANDIDATES);
  return opened;
}

/**
 * Tries candidates in order and settles on the first that works.
 *
 * @throws Error when none does, with every reason
 */
export async function chooseBackend(candidates: readonly Candidate[]): Promise<Backend> {
  const tf = await import('@tensorflow/tfjs');
  tf.enableProdMode();
  const attempts: BackendAttempt[] = [];
  for (const candidate of candidates) {
    const attempt = await tryCandidate(tf, candidate);
    attempts.push(attempt);
    if (attempt.ok) return { tf, name: candidate.name, device: deviceOf(tf), attempts };
  }
  throw new Error(
    `no TensorFlow.js backend works: ${attempts.map(({ name, reason }) => `${name}: ${reason}`).join('; ')}`,
  );
}

async function tryCandidate(tf: TensorFlow, { name, module, registered }: Candidate): Promise<BackendAttempt> {
  try {
    if (module !== null) prepare(name, await import(module));
    const ok = await tf.setBackend(registered);
    if (ok) await tf.ready();
    return { name, ok, reason: ok ? `backend "${registered}" is ready` : `backend "${registered}" failed to start` };
  } catch (error) {
    return { name, ok: false, reason: firstLine(error) };
  }
}

/** The native engine knows whether it found a GPU (`isUsingGpuDevice`); the other engines compute on the processor. */
function deviceOf(tf: TensorFlow): 'gpu' | 'cpu' {
  return (tf.backend() as { isUsingGpuDevice?: boolean }).isUsingGpuDevice === true ? 'gpu' : 'cpu';
}

/** The WebAssembly files stand beside the package's main file. */
function prepare(name: string, loaded: unknown): void {
  if (name !== 'wasm') return;
  const main = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
  const { setWasmPaths } = loaded as { setWasmPaths: (prefix: string) => void };
  setWasmPaths(path.dirname(main) + path.sep);
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]!;
}
