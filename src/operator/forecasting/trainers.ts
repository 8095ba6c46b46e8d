import { openWorkerPool } from '../../base/index.js';
import type { TrainTask } from './train.worker.js';

/** Where models are trained, beside the event loop; one for all learners. */
export interface Trainers {
  train(task: TrainTask, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** Opens the threads, which are there only while something is trained. */
export function openTrainers(threads = 1): Trainers {
  const pool = openWorkerPool<TrainTask, undefined>(import.meta.url, 'train', threads);
  return { train: (task, signal) => pool.run(task, { signal }), close: () => pool.close() };
}
