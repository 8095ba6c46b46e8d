import type { Store } from '../../store/index.js';
import { HttpProblem } from '../http/problems.js';
import type { Job, JobSummary } from '../schemas/index.js';

/** A job and what was asked. */
export interface Entry {
  readonly job: { -readonly [K in keyof Job]: Job[K] };
  readonly question: unknown;
}

/** Every job that there is, in the store, and who listens to it. */
export interface JobShelf {
  /** Those that had not ended when the shelf was opened, oldest first. */
  readonly leftOver: readonly Entry[];
  /** Writes a job's state down, and tells it. */
  save(entry: Entry): void;
  /** Tells the job's listeners how it stands. */
  tell(entry: Entry): void;
  /** @throws HttpProblem 404 */
  find(id: string): Entry;
  /** Newest first. */
  list(most: number): JobSummary[];
  /** Calls back with each change until unsubscribed. */
  watch(id: string, listener: (job: JobSummary) => void): () => void;
}

const COLLECTION = 'jobs';
const MOST_KEPT = 1000;
const KEPT_SECONDS = 30 * 86400;
const ENDS: readonly string[] = ['done', 'failed', 'cancelled'];

/** Whether nothing more will happen to a job. */
export function hasEnded({ state }: Pick<Job, 'state'>): boolean {
  return ENDS.includes(state);
}

/** Opens the shelf over its store. Jobs that have not ended are held as they are; ended ones are read anew. */
export function openJobShelf(store: Store, onState: (job: JobSummary) => void): JobShelf {
  const listeners = new Map<string, Set<(job: JobSummary) => void>>();
  const kept = store.between(COLLECTION, 0, Infinity, MOST_KEPT).reverse();
  const leftOver = kept.map(({ value }) => value as Entry).filter(({ job }) => !hasEnded(job));
  const live = new Map(leftOver.map((entry) => [entry.job.id, entry]));
  const find = (id: string): Entry => {
    const entry = live.get(id) ?? (store.get(COLLECTION, id) as Entry | undefined);
    if (entry === undefined) throw new HttpProblem(404, 'there is no such job');
    return entry;
  };
  const tell = ({ job }: Entry): void => listeners.get(job.id)?.forEach((listener) => listener(summaryOf(job)));
  return {
    leftOver,
    save(entry) {
      const { job } = entry;
      const isNew = !live.has(job.id);
      if (hasEnded(job)) live.delete(job.id);
      else live.set(job.id, entry);
      store.put(COLLECTION, job.id, job.createdEpochSeconds, entry);
      if (isNew) store.prune(COLLECTION, job.createdEpochSeconds - KEPT_SECONDS, MOST_KEPT);
      onState(summaryOf(job));
      tell(entry);
    },
    tell,
    find,
    list: (most) => store.between(COLLECTION, 0, Infinity, most).map(({ key }) => summaryOf(find(key).job)),
    watch(id, listener) {
      const all = listeners.get(id) ?? new Set();
      listeners.set(id, all.add(listener));
      return () => {
        all.delete(listener);
        if (all.size === 0) listeners.delete(id);
      };
    },
  };
}

/** A job without its answer and problem. */
export function summaryOf(job: Job): JobSummary {
  const { id, kind, state, progress, createdEpochSeconds, startedEpochSeconds, endedEpochSeconds } = job;
  return { id, kind, state, progress, createdEpochSeconds, startedEpochSeconds, endedEpochSeconds };
}
