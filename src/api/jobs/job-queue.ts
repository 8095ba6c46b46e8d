import { randomUUID } from 'node:crypto';
import type { Store } from '../../store/index.js';
import type { ReportProgress } from '../answers/memory.js';
import { HttpProblem, problemBody, problemOf } from '../http/problems.js';
import type { Job, JobSummary, Kind } from '../schemas/index.js';

/** Works on one job; rejects when the signal aborts. */
export type WorkOnJob = (
  kind: Kind,
  question: unknown,
  signal: AbortSignal,
  report: ReportProgress,
) => Promise<unknown>;

/** What a queue is opened with. */
export interface JobQueueOptions {
  readonly store: Store;
  /** Unix seconds. */
  readonly clock: () => number;
  /** Jobs worked on at once. */
  readonly atOnce: number;
  /** Jobs that may wait. */
  readonly mostWaiting: number;
  readonly work: WorkOnJob;
  /** Told of each change of a job's state. */
  readonly onState: (job: JobSummary) => void;
  /** Told of errors that are our own fault. */
  readonly onFault: (error: unknown, job: JobSummary) => void;
}

/** Long questions, one after the other, kept over a restart. */
export interface JobQueue {
  /** @throws HttpProblem 429 when too many wait */
  submit(kind: Kind, question: unknown): JobSummary;
  /** @throws HttpProblem 404 */
  get(id: string): Job;
  list(most: number): JobSummary[];
  /** @throws HttpProblem 404, or 409 when it has ended */
  cancel(id: string): JobSummary;
  /** Calls back with each change until unsubscribed. */
  watch(id: string, listener: (job: JobSummary) => void): () => void;
  /** Questions of jobs that wait or run. */
  active(): readonly unknown[];
  waiting(): number;
  running(): number;
  /** Stops working; what waits or runs is taken up by the next queue on the same store. */
  close(): Promise<void>;
}

interface Entry {
  readonly job: { -readonly [K in keyof Job]: Job[K] };
  readonly question: unknown;
}

const COLLECTION = 'jobs';
const MOST_KEPT = 1000;
const KEPT_SECONDS = 30 * 86400;
const ENDS: readonly string[] = ['done', 'failed', 'cancelled'];

/** Opens the queue, and takes up what an earlier one left. */
export function openJobQueue(options: JobQueueOptions): JobQueue {
  const { store, clock, atOnce, mostWaiting } = options;
  const waiting: Entry[] = [];
  const running = new Map<string, { entry: Entry; abort: AbortController; ended: Promise<void> }>();
  const listeners = new Map<string, Set<(job: JobSummary) => void>>();
  const durations = [10];
  let isClosed = false;

  const tell = ({ job }: Entry): void => listeners.get(job.id)?.forEach((listener) => listener(summaryOf(job)));
  const save = (entry: Entry): void => {
    store.put(COLLECTION, entry.job.id, entry.job.createdEpochSeconds, entry);
    options.onState(summaryOf(entry.job));
    tell(entry);
  };
  const find = (id: string): Entry => {
    const active = running.get(id)?.entry ?? waiting.find(({ job }) => job.id === id);
    const entry = active ?? (store.get(COLLECTION, id) as Entry | undefined);
    if (entry === undefined) throw new HttpProblem(404, 'there is no such job');
    return entry;
  };

  const end = (entry: Entry, change: Partial<Job>): void => {
    Object.assign(entry.job, change, { endedEpochSeconds: clock() });
    save(entry);
  };
  const work = async (entry: Entry, signal: AbortSignal): Promise<void> => {
    const { job } = entry;
    try {
      const answer = await options.work(job.kind, entry.question, signal, (done, total, what) => {
        job.progress = { done, total, what };
        tell(entry);
      });
      if (!signal.aborted) end(entry, { state: 'done', answer: answer as Job['answer'] });
    } catch (error) {
      if (signal.aborted) return;
      const problem = problemOf(error) ?? new HttpProblem(500, 'the job failed; the log says why');
      if (problem.status === 500) options.onFault(error, summaryOf(job));
      end(entry, { state: 'failed', problem: problemBody(problem, job.id) });
    }
  };
  const next = (): void => {
    while (!isClosed && running.size < atOnce && waiting.length > 0) {
      const entry = waiting.shift()!;
      const abort = new AbortController();
      Object.assign(entry.job, { state: 'running', startedEpochSeconds: clock() });
      save(entry);
      const ended = work(entry, abort.signal).finally(() => {
        running.delete(entry.job.id);
        const { startedEpochSeconds, endedEpochSeconds } = entry.job;
        if (endedEpochSeconds !== null) durations.push(endedEpochSeconds - (startedEpochSeconds ?? endedEpochSeconds));
        if (durations.length > 20) durations.shift();
        next();
      });
      running.set(entry.job.id, { entry, abort, ended });
    }
  };

  for (const { value } of store.between(COLLECTION, 0, Infinity, MOST_KEPT).reverse()) {
    const entry = value as Entry;
    if (ENDS.includes(entry.job.state)) continue;
    Object.assign(entry.job, { state: 'queued', startedEpochSeconds: null, progress: null });
    waiting.push(entry);
  }
  next();

  return {
    submit(kind, question) {
      if (waiting.length >= mostWaiting && running.size >= atOnce) {
        const mean = durations.reduce((sum, seconds) => sum + seconds, 0) / durations.length;
        const seconds = Math.min(600, Math.max(1, Math.ceil((mean * waiting.length) / atOnce)));
        throw new HttpProblem(429, `${waiting.length} jobs wait already`, [], { 'Retry-After': String(seconds) });
      }
      const job: Entry['job'] = {
        ...{ id: randomUUID(), kind, state: 'queued', progress: null, answer: null, problem: null },
        ...{ createdEpochSeconds: clock(), startedEpochSeconds: null, endedEpochSeconds: null },
      };
      const entry = { job, question };
      waiting.push(entry);
      save(entry);
      store.prune(COLLECTION, clock() - KEPT_SECONDS, MOST_KEPT);
      next();
      return summaryOf(job);
    },
    get: (id) => find(id).job,
    list: (most) => store.between(COLLECTION, 0, Infinity, most).map(({ key }) => summaryOf(find(key).job)),
    cancel(id) {
      const entry = find(id);
      if (ENDS.includes(entry.job.state)) throw new HttpProblem(409, `the job is ${entry.job.state} already`);
      const at = waiting.indexOf(entry);
      if (at >= 0) waiting.splice(at, 1);
      running.get(id)?.abort.abort();
      end(entry, { state: 'cancelled' });
      return summaryOf(entry.job);
    },
    watch(id, listener) {
      const all = listeners.get(id) ?? new Set();
      listeners.set(id, all.add(listener));
      return () => {
        all.delete(listener);
        if (all.size === 0) listeners.delete(id);
      };
    },
    active: () => [...waiting, ...[...running.values()].map(({ entry }) => entry)].map(({ question }) => question),
    waiting: () => waiting.length,
    running: () => running.size,
    async close() {
      isClosed = true;
      const ends = [...running.values()];
      for (const { abort } of ends) abort.abort();
      await Promise.all(ends.map(({ ended }) => ended));
    },
  };
}

/** A job without its answer and problem. */
export function summaryOf(job: Job): JobSummary {
  const { id, kind, state, progress, createdEpochSeconds, startedEpochSeconds, endedEpochSeconds } = job;
  return { id, kind, state, progress, createdEpochSeconds, startedEpochSeconds, endedEpochSeconds };
}
