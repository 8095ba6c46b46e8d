import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';

/** Runs tasks of one worker file beside the event loop. */
export interface WorkerPool<Task, Result> {
  /** @param transfer buffers that move to the worker instead of being copied */
  run(task: Task, options?: { signal?: AbortSignal; transfer?: ArrayBuffer[] }): Promise<Result>;
  close(): Promise<void>;
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
): WorkerPool<Task, Result> {
  const extension = from.endsWith('.ts') ? 'ts' : 'js';
  const pool = new Piscina<Task, Result>({
    filename: fileURLToPath(new URL(`./${task}.worker.${extension}`, from)),
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: 1000,
  });
  return {
    run: (input, { signal, transfer = [] } = {}) =>
      pool.run(input, { transferList: transfer, ...(signal ? { signal } : {}) }),
    close: () => pool.destroy(),
  };
}
