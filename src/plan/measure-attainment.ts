import { openWorkerPool } from '../base/index.js';
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
  /** Worker threads; with 1 the work is done here. Default: one for each core. */
  readonly threads?: number | undefined;
  readonly onDone?: ((done: number, total: number) => void) | undefined;
}

/** Simulates every configuration at rising rates: the table that plans are scored by. */
export async function measureAttainment(options: MeasureOptions): Promise<AttainmentTable> {
  const { configurations, threads, onDone, ...shared } = options;
  let done = 0;
  const tell = (row: AttainmentRow): AttainmentRow => {
    onDone?.(++done, configurations.length);
    return row;
  };
  const tasks = configurations.map((counts): MeasureTask => ({ ...shared, counts }));
  if (threads === 1) return { target: shared.slo.attainment, rows: tasks.map((task) => tell(measureRow(task))) };
  const pool = openWorkerPool<MeasureTask, AttainmentRow>(import.meta.url, 'measure', threads);
  try {
    const rows = await Promise.all(tasks.map((task) => pool.run(task).then(tell)));
    return { target: shared.slo.attainment, rows };
  } finally {
    await pool.close();
  }
}
