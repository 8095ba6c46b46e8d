import { openWorkerPool } from '../base/index.js';
import type { InstanceCounts, Slo } from '../spec/index.js';
import type { Trace } from '../trace/index.js';
import { goodput, type Goodput, type GoodputOptions } from './goodput.js';
import type { GoodputTask } from './goodput.worker.js';
import type { StaticDeployment } from './simulate.js';

/** Threads that search for goodputs; they stay, and know their code well, until they are closed. */
export interface Searchers {
  readonly search: (task: GoodputTask) => Promise<Goodput>;
  readonly close: () => Promise<void>;
}

/**
 * Starts threads for searches, for who searches more than once.
 *
 * @param threads default: one for each core
 */
export function openSearchers(threads?: number): Searchers {
  const staying = threads === undefined ? {} : { staying: threads };
  const pool = openWorkerPool<GoodputTask, Goodput>(import.meta.url, 'goodput', threads, staying);
  return { search: (task) => pool.run(task), close: () => pool.close() };
}

/** How many searches run at once, and who is told. */
export interface SearchOptions extends GoodputOptions {
  /** Who searches; threads of the call's own unless given. */
  readonly searchers?: Searchers | undefined;
  /** Worker threads of the call's own; one for each core unless given. With 1 the work is done here. */
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
  { searchers, threads, onDone, ...options }: SearchOptions = {},
): Promise<Goodput[]> {
  const tasks = splits.map((counts) => ({ unitTrace, deployment: { ...deployment, counts }, slo, options }));
  return searchAll(tasks, { searchers, threads, onDone });
}

/** Searches beside each other; their goodputs in the order of the tasks. */
export async function searchAll(
  tasks: readonly GoodputTask[],
  { searchers, threads, onDone }: Pick<SearchOptions, 'searchers' | 'threads' | 'onDone'>,
): Promise<Goodput[]> {
  let done = 0;
  const tell = (found: Goodput): Goodput => {
    onDone?.(++done, tasks.length);
    return found;
  };
  const searchBy = ({ search }: Searchers): Promise<Goodput[]> =>
    Promise.all(tasks.map((task) => search(task).then(tell)));
  if (searchers) return searchBy(searchers);
  if (threads === 1 || tasks.length === 1)
    return tasks.map(({ unitTrace, deployment, slo, options }) => tell(goodput(unitTrace, deployment, slo, options)));
  const own = openSearchers(threads);
  try {
    return await searchBy(own);
  } finally {
    await own.close();
  }
}
