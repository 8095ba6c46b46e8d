import { MessageChannel } from 'node:worker_threads';
import { openWorkerPool, type WorkerPool } from '../../base/index.js';
import type { AnswerResult, AnswerTask } from './answer.js';
import type { ReportProgress } from './memory.js';

/** Where questions are worked on, beside the event loop. */
export interface Workers {
  /** Most tasks of `long` at once. */
  readonly threads: number;
  /** A question that takes a moment. */
  quick(task: AnswerTask, signal?: AbortSignal): Promise<AnswerResult>;
  /** A question that takes long; it tells its progress, and ends with its thread when the signal aborts. */
  long(task: AnswerTask, signal: AbortSignal, onProgress: ReportProgress): Promise<AnswerResult>;
  close(): Promise<void>;
}

const HEAP_MIB = 1024;

/**
 * Opens the threads: some for long questions, and others that stay, with the traces and mixes that they have read, for quick ones.
 *
 * @param threads for long questions
 * @param quickThreads for quick ones
 */
export function openWorkers(threads: number, quickThreads: number): Workers {
  const open = (count: number, staying: number): WorkerPool<AnswerTask, AnswerResult> =>
    openWorkerPool(import.meta.url, 'answer', count, {
      staying,
      heapMiB: HEAP_MIB,
    });
  const quick = open(quickThreads, quickThreads);
  const long = open(threads, 0);
  return {
    threads,
    quick: (task, signal) => quick.run(task, signal ? { signal } : {}),
    async long(task, signal, onProgress) {
      if (task.do !== 'answer') return long.run(task, { signal });
      const { port1, port2 } = new MessageChannel();
      port1.on('message', (told: Parameters<ReportProgress>) => onProgress(...told));
      try {
        return await long.run({ ...task, port: port2 }, { signal, transfer: [port2] });
      } finally {
        port1.close();
      }
    },
    async close() {
      await Promise.all([quick.close(), long.close()]);
    },
  };
}
