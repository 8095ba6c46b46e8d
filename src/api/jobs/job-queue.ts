import { randomUUID } from 'node:crypto';
import { mean } from '../../base/index.js';
import type { Store } from '../../store/index.js';
import type { ReportProgress } from '../answers/memory.js';
import { HttpProblem, problemBody, problemOf } from '../http/problems.js';
import type { Job, JobSummary, Kind } from '../schemas/index.js';
import { hasEnded, openJobShelf, summaryOf, type Entry, type JobShelf } from './job-shelf.js';

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

/** Opens the queue, and takes up what an earlier one left. */
export function openJobQueue(options: JobQueueOptions): JobQueue {
  const { clock, atOnce, mostWaiting } = options;
  const shelf = openJobShelf(options.store, options.onState);
  const waiting = [...shelf.leftOver];
  const running = new Map<string, { entry: Entry; abort: AbortController; ended: Promise<void> }>();
  const durations = [10];
  let isClosed = false;

  const next = (): void => {
    while (!isClosed && running.size < atOnce && waiting.length > 0) {
      const entry = waiting.shift()!;
      const abort = new AbortController();
      Object.assign(entry.job, { state: 'running', startedEpochSeconds: clock() });
      shelf.save(entry);
      const ended = workOn(entry, abort.signal, shelf, options).finally(() => {
        running.delete(entry.job.id);
        const { startedEpochSeconds, endedEpochSeconds } = entry.job;
        if (endedEpochSeconds !== null) durations.push(endedEpochSeconds - (startedEpochSeconds ?? endedEpochSeconds));
        if (durations.length > 20) durations.shift();
        next();
      });
      running.set(entry.job.id, { entry, abort, ended });
    }
  };
  for (const { job } of waiting) Object.assign(job, { state: 'queued', startedEpochSeconds: null, progress: null });
  next();

  return {
    submit(kind, question) {
      if (waiting.length >= mostWaiting && running.size >= atOnce)
        throw tooMany(waiting.length, (mean(durations) * waiting.length) / atOnce);
      const entry = { job: newJob(kind, clock()), question };
      waiting.push(entry);
      shelf.save(entry);
      next();
      return summaryOf(entry.job);
    },
    get: (id) => shelf.find(id).job,
    list: (most) => shelf.list(most),
    cancel(id) {
      const entry = shelf.find(id);
      if (hasEnded(entry.job)) throw new HttpProblem(409, `the job is ${entry.job.state} already`);
      const at = waiting.indexOf(entry);
      if (at >= 0) waiting.splice(at, 1);
      running.get(id)?.abort.abort();
      Object.assign(entry.job, { state: 'cancelled', endedEpochSeconds: clock() });
      shelf.save(entry);
      return summaryOf(entry.job);
    },
    watch: (id, listener) => shelf.watch(id, listener),
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

/** Works on a job to its end, or until the signal aborts: then its state stays as it is. */
async function workOn(entry: Entry, signal: AbortSignal, shelf: JobShelf, options: JobQueueOptions): Promise<void> {
  const { job, question } = entry;
  const end = (change: Partial<Job>): void => {
    Object.assign(job, change, { endedEpochSeconds: options.clock() });
    shelf.save(entry);
  };
  try {
    const answer = await options.work(job.kind, question, signal, (done, total, what) => {
      job.progress = { done, total, what };
      shelf.tell(entry);
    });
    if (!signal.aborted) end({ state: 'done', answer: answer as Job['answer'] });
  } catch (error) {
    if (signal.aborted) return;
    const problem = problemOf(error) ?? new HttpProblem(500, 'the job failed; the log says why');
    if (problem.status === 500) options.onFault(error, summaryOf(job));
    end({ state: 'failed', problem: problemBody(problem, job.id) });
  }
}

function newJob(kind: Kind, createdEpochSeconds: number): Entry['job'] {
  return {
    ...{ id: randomUUID(), kind, state: 'queued', progress: null, answer: null, problem: null },
    ...{ createdEpochSeconds, startedEpochSeconds: null, endedEpochSeconds: null },
  };
}

function tooMany(waiting: number, expectedSeconds: number): HttpProblem {
  const seconds = Math.min(600, Math.max(1, Math.ceil(expectedSeconds)));
  return new HttpProblem(429, `${waiting} jobs wait already`, [], { 'Retry-After': String(seconds) });
}
