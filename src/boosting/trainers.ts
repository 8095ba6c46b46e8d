import { openWorkerPool } from '../base/index.js';
import type { FeatureTable } from './feature-table.js';
import type { HistogramParameters } from './histogram-parameters.js';
import type { BoostedModel } from './model.js';
import type { TrainingExtras } from './train-histogram.js';

/** The arguments of `trainHistogram`, as plain data. */
export interface TrainingTask {
  readonly table: FeatureTable;
  readonly targets: Float32Array | Float64Array | readonly number[];
  readonly parameters?: Partial<HistogramParameters>;
  readonly extras?: Omit<TrainingExtras, 'onTree'>;
}

/** Threads that train forests while the event loop stays free. */
export interface Trainers {
  /** `trainHistogram` of the task, its errors included; tasks beyond the number of threads wait their turn. */
  train(task: TrainingTask, options?: { signal?: AbortSignal }): Promise<BoostedModel>;
  close(): Promise<void>;
}

/**
 * Opens trainers on up to `threads` worker threads (default: one for each core). Each forest grows on one thread, so it is the same whatever
 * their number; several forests grow side by side.
 */
export function openTrainers(threads?: number): Trainers {
  const pool = openWorkerPool<TrainingTask, BoostedModel>(import.meta.url, 'train', threads);
  return { train: (task, options) => pool.run(task, options), close: () => pool.close() };
}
