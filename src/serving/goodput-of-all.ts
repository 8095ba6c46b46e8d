import type { InstanceCounts, Slo } from '../spec/index.js';
import type { Trace } from '../trace/index.js';
import { goodput, type Goodput, type GoodputOptions } from './goodput.js';
import type { GoodputTask } from './goodput.worker.js';
import type { StaticDeployment } from './simulate.js';

/** How many searches run at once, and who is told. */
export interface SearchOptions extends GoodputOptions {
  /** Worker threads; one for each core unless given. With 1 the work is done here. */
  readonly threads?: number | undefined;
  /** Called after each search. */
  readonly onDone?: ((done: number, total: number) => void) | undefined;
}

/**
 * Goodput of several deployments on the same requests, in parallel.
 *
 * @param splits as `allSplits` gives them
 * @param deployment all but the counts
 * @returns in the order of `splits`
 */
export function goodputOfAll(
  unitTrace: Trace,
  splits: readonly InstanceCounts[],
  deployment: Omit<StaticDeployment, 'counts'>,
  slo: Slo,
  { threads, onDone, ...options }: SearchOptions = {},
): Promise<Goodput[]> {
  const tasks = splits.map((counts) => ({ unitTrace, deployment: { ...deployment, counts }, slo, options }));
  return searchAll(tasks, { threads, onDone });
}

/** Searches on the worker pool; their goodputs in the order of the tasks. */
export async function searchAll(
  tasks: readonly GoodputTask[],
  { threads, onDone }: Pick<SearchOptions, 'threads' | 'onDone'>,
): Promise<Goodput[]> {
  let done = 0;
  const tell = (found: Goodput): Goodput => {
    onDone?.(++done, tasks.length);
    return found;
  };
  if (threads === 1 || tasks.length === 1)
    return tasks.map(({ unitTrace, deployment, slo, options }) => tell(goodput(unitTrace, deployment, slo, options)));
  const { openWorkerPool } = await import('../base/index.js');
  const pool = openWorkerPool<GoodputTask, Goodput>(import.meta.url, 'goodput', threads);
  try {
    return await Promise.all(tasks.map((task) => pool.run(task).then(tell)));
  } finally {
    await pool.close();
  }
}
