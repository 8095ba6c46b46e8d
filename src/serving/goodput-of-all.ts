import type { InstanceCounts, Slo } from '../spec/index.js';
import type { Trace } from '../trace/index.js';
import { goodput, type Goodput, type GoodputOptions } from './goodput.js';
import type { GoodputTask } from './goodput.worker.js';
import type { StaticDeployment } from './simulate.js';

/** How many deployments are searched at once, and who is told. */
export interface GoodputOfAllOptions extends GoodputOptions {
  /** Worker threads; one for each core unless given. With 1 the work is done here. */
  readonly threads?: number | undefined;
  /** Called after each deployment. */
  readonly onDone?: ((done: number, total: number) => void) | undefined;
}

/**
 * Goodput of several deployments on the same requests, in parallel.
 *
 * @param splits as `allSplits` gives them
 * @param deployment all but the counts
 * @returns in the order of `splits`
 */
export async function goodputOfAll(
  unitTrace: Trace,
  splits: readonly InstanceCounts[],
  deployment: Omit<StaticDeployment, 'counts'>,
  slo: Slo,
  { threads, onDone, ...options }: GoodputOfAllOptions = {},
): Promise<Goodput[]> {
  let done = 0;
  const tell = (found: Goodput): Goodput => {
    onDone?.(++done, splits.length);
    return found;
  };
  const tasks = splits.map((counts) => ({ unitTrace, deployment: { ...deployment, counts }, slo, options }));
  if (threads === 1 || splits.length === 1)
    return tasks.map((task) => tell(goodput(task.unitTrace, task.deployment, slo, options)));
  const { openWorkerPool } = await import('../base/index.js');
  const pool = openWorkerPool<GoodputTask, Goodput>(import.meta.url, 'goodput', threads);
  try {
    return await Promise.all(tasks.map((task) => pool.run(task).then(tell)));
  } finally {
    await pool.close();
  }
}
