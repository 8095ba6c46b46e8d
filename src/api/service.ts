import path from 'node:path';
import type { Response } from 'express';
import type { Logger } from 'pino';
import type { Store } from '../store/index.js';
import type { AnswerResult, AnswerTask, TraceFacts } from './answers/answer.js';
import { keysOf } from './answers/keys.js';
import { isQuick } from './answers/size-of-question.js';
import type { Workers } from './answers/workers.js';
import { HttpProblem, inputProblem } from './http/problems.js';
import { openJobQueue, type JobQueue } from './jobs/job-queue.js';
import { openKept } from './kept.js';
import type { Question } from './questions.js';
import type { JobSummary, Kind } from './schemas/index.js';
import { openTraceShelf, type TraceShelf } from './traces/trace-shelf.js';

/** What the service is made of; the edges (clock, log, store, threads) are handed in. */
export interface ServiceOptions {
  readonly store: Store;
  readonly workers: Workers;
  /** Unix seconds. */
  readonly clock: () => number;
  readonly log: Logger;
  /** Where uploads are kept. */
  readonly dataFolder: string;
  /** Jobs that may wait; default 32. */
  readonly mostWaiting?: number | undefined;
  /** Bytes of an upload as sent; default 32 MiB. */
  readonly uploadBytes?: number | undefined;
  /** Bytes of an upload after unpacking; default 96 MiB. */
  readonly unpackedBytes?: number | undefined;
  readonly mostTraces?: number | undefined;
  readonly onState?: (job: JobSummary) => void;
}

/** Questions, jobs and traces, without HTTP. */
export interface Service {
  readonly jobs: JobQueue;
  readonly traces: TraceShelf;
  readonly uploadBytes: number;
  /** The answer when it takes a moment, else the job that was made. */
  ask<K extends Kind>(kind: K, question: Question<K>, wantsJob: boolean): Promise<Asked>;
  /** Writes down who did what. */
  audit(event: string, response: Response, facts: object): void;
  close(): Promise<void>;
}

/** What became of a question. */
export type Asked =
  { readonly kind: 'answer'; readonly answer: unknown } | { readonly kind: 'job'; readonly job: JobSummary };

const MIB = 2 ** 20;
/** A question that was thought quick and is not becomes a job after so long. */
const QUICK_MS = 20_000;
/** Quick questions in flight. */
const MOST_QUICK = 64;

/** Opens the service over its store, and takes up the jobs that an earlier one left. */
export async function openService(options: ServiceOptions): Promise<Service> {
  const { store, workers, clock, log, uploadBytes = 32 * MIB, unpackedBytes = 96 * MIB } = options;
  const kept = openKept(store, clock);
  const finished = (result: AnswerResult): unknown => {
    if (!result.ok) throw inputProblem(result.message);
    kept.keep(result.kept);
    return result.answer;
  };
  const traces = await openTraceShelf({
    ...{ store, clock, folder: path.join(options.dataFolder, 'traces'), mostTraces: options.mostTraces ?? 100 },
    limits: { sentBytes: uploadBytes, unpackedBytes },
    inspect: async (file, skipBadRows) =>
      finished(await workers.quick({ do: 'inspect', file, skipBadRows })) as TraceFacts,
    isInUse: (id) => jobs.active().some((question) => (question as Question<'simulate'>).traffic.trace === id),
  });
  const taskOf = <K extends Kind>(kind: K, question: Question<K>): AnswerTask & { do: 'answer' } => {
    const { file } = traces.find(question.traffic.trace);
    return { do: 'answer', kind, question, traceFile: file, kept: kept.recall(keysOf(kind, question)), port: null };
  };
  const jobs: JobQueue = openJobQueue({
    ...{ store, clock, atOnce: workers.threads, mostWaiting: options.mostWaiting ?? 32 },
    work: async (kind, question, signal, report) =>
      finished(await workers.long(taskOf(kind, question as Question<typeof kind>), signal, report)),
    onState(job) {
      log.info({ audit: `job-${job.state}`, job: job.id, kind: job.kind });
      options.onState?.(job);
    },
    onFault: (error, job) => log.error({ err: error, job: job.id, kind: job.kind }, 'job failed'),
  });
  let quickInFlight = 0;
  const askQuickly = async (task: AnswerTask): Promise<unknown> => {
    if (quickInFlight >= MOST_QUICK)
      throw new HttpProblem(429, 'too many questions at once', [], { 'Retry-After': '1' });
    quickInFlight++;
    try {
      return finished(await workers.quick(task, AbortSignal.timeout(QUICK_MS)));
    } finally {
      quickInFlight--;
    }
  };
  return {
    ...{ jobs, traces, uploadBytes },
    async ask(kind, question, wantsJob) {
      const { entry } = traces.find(question.traffic.trace);
      const task = taskOf(kind, question);
      if (isQuick(kind, question, task.kept, entry) && !wantsJob) {
        try {
          return { kind: 'answer', answer: await askQuickly(task) };
        } catch (error) {
          if ((error as Error).name !== 'AbortError') throw error;
        }
      }
      return { kind: 'job', job: jobs.submit(kind, question) };
    },
    audit: (event, response, facts) =>
      log.info({
        audit: event,
        caller: response.locals.caller as string,
        requestId: response.locals.requestId as string,
        ...facts,
      }),
    async close() {
      await jobs.close();
      await workers.close();
      store.close();
    },
  };
}
