import { openMeasurePool } from '../../plan/index.js';
import { measureTable } from './control-settings.js';
import type { Measure } from './settings-keeper.js';

/** Where attainment tables are measured, beside the event loop; one for all GoodputScalers. */
export interface Measurers {
  readonly measure: Measure;
  close(): Promise<void>;
}

/** So many threads at once, however many cores the node has: what a container may use of them is not what Node counts. */
const THREADS = 2;

/** Opens the threads, which are there only while something is measured; tables wait for each other. */
export function openMeasurers(threads = THREADS): Measurers {
  const pool = openMeasurePool(threads);
  return {
    measure: (spec, profile, mix, signal) => measureTable(spec, profile, mix, { pool, signal }),
    close: () => pool.close(),
  };
}
