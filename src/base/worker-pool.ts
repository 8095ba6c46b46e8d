import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { MessagePort } from 'node:worker_threads';
import { Piscina } from 'piscina';

/** Runs tasks of one worker file beside the event loop. */
export interface WorkerPool<Task, Result> {
  /**
   * @param options.signal ends the task, and its thread with it, when it aborts
   * @param options.transfer buffers and ports that move to the worker instead of being copied
   */
  run(task: Task, options?: { signal?: AbortSignal; transfer?: (ArrayBuffer | MessagePort)[] }): Promise<Result>;
  close(): Promise<void>;
}

/** How a pool keeps its threads. */
export interface WorkerPoolOptions {
  /** Threads that stay while there is nothing to do, with what their modules remember; default 0. */
  readonly staying?: number;
  /** Heap of one thread, MiB; a task that needs more fails, and the process lives on. */
  readonly heapMiB?: number;
}

/**
 * Opens a pool of worker threads on `<room>/<task>.worker`, whose default export takes a task and gives its result.
 *
 * @param from `import.meta.url` of the caller; the worker file stands beside it, as .ts in src and as .js in dist
 * @param task the file's name without `.worker.ts`
 * @param threads most threads at once; default: one for each core
 */
export function openWorkerPool<Task, Result>(
  from: string,
  task: string,
  threads = availableParallelism(),
  { staying = 0, heapMiB }: WorkerPoolOptions = {},
): WorkerPool<Task, Result> {
  const extension = from.endsWith('.ts') ? 'ts' : 'js';
  const pool = new Piscina<Task, Result>({
    filename: fileURLToPath(new URL(`./${task}.worker.${extension}`, from)),
    minThreads: staying,
    maxThreads: threads,
    idleTimeout: 1000,
    ...(heapMiB === undefined ? {} : { resourceLimits: { maxOldGenerationSizeMb: heapMiB } }),
  });
  return {
    run: (input, { signal, transfer = [] } = {}) =>
      pool.run(input, { transferList: transfer, ...(signal ? { signal } : {}) }),
    close: () => pool.destroy(),
  };
}
