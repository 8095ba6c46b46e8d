import { setMaxListeners } from 'node:events';
import { openWorkerPool, type WorkerPool } from '../base/index.js';
import type { StaticDeployment } from '../serving/index.js';
import type { InstanceCounts, Slo } from '../spec/index.js';
import type { Trace } from '../trace/index.js';
import type { AttainmentRow, AttainmentTable } from './attainment-table.js';
import { measureRow, type MeasureTask } from './measure-row.js';

/** What is measured, and on what. */
export interface MeasureOptions {
  readonly configurations: readonly InstanceCounts[];
  /** All of the deployment but its counts. */
  readonly deployment: Omit<StaticDeployment, 'counts'>;
  readonly slo: Slo;
  /** Requests of the mix at unit rate: their order and gaps are the same for every configuration and rate. */
  readonly unitTrace: Trace;
  /** How long an overload lasts: a step of the plan. */
  readonly stepSeconds: number;
  /** Worker threads of its own; with 1 the work is done here. Default: one for each core. */
  readonly threads?: number | undefined;
  /** Worker threads that others use too, instead of own ones. */
  readonly pool?: MeasurePool | undefined;
  /** Ends what runs and what waits on worker threads when it aborts. */
  readonly signal?: AbortSignal | undefined;
  readonly onDone?: ((done: number, total: number) => void) | undefined;
}

/** Worker threads that measure configurations. */
export type MeasurePool = WorkerPool<MeasureTask, AttainmentRow>;

/** Opens worker threads for several tables; configurations wait for each other. Default: one thread for each core. */
export function openMeasurePool(threads?: number): MeasurePool {
  return openWorkerPool<MeasureTask, AttainmentRow>(import.meta.url, 'measure', threads);
}

/** Simulates every configuration at rising rates: the table that plans are scored by. */
export async function measureAttainment(options: MeasureOptions): Promise<AttainmentTable> {
  const { configurations, threads, pool, signal, onDone, ...shared } = options;
  let done = 0;
  const tell = (row: AttainmentRow): AttainmentRow => {
    onDone?.(++done, configurations.length);
    return row;
  };
  const tasks = configurations.map((counts): MeasureTask => ({ ...shared, counts }));
  if (!pool && threads === 1)
    return { target: shared.slo.attainment, rows: tasks.map((task) => tell(measureRow(task))) };
  const workers = pool ?? openMeasurePool(threads);
  const failing = new AbortController();
  const ending = { signal: AbortSignal.any([failing.signal, ...(signal ? [signal] : [])]) };
  setMaxListeners(0, ending.signal); // every task listens
  try {
    const rows = await Promise.all(tasks.map((task) => workers.run(task, ending).then(tell)));
    return { target: shared.slo.attainment, rows };
  } catch (error) {
    failing.abort(); // what still waits is of no use without the one that failed
    throw error;
  } finally {
    if (workers !== pool) await workers.close();
  }
}
