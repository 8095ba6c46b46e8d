import path from 'node:path';
import type { Response } from 'express';
import type { Logger } from 'pino';
import type { Store } from '../store/index.js';
import type { AnswerResult, AnswerTask, TraceFacts } from './answers/answer.js';
import { keysOf, liveKeysOf } from './answers/keys.js';
import { isQuick, isQuickLive } from './answers/size-of-question.js';
import type { Workers } from './answers/workers.js';
import { HttpProblem, inputProblem } from './http/problems.js';
import { openJobQueue, type JobQueue } from './jobs/job-queue.js';
import { openKept } from './kept.js';
import { openLive, type LiveOptions, type LiveService } from './live/live-service.js';
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
  /** A running service that questions may be about; null: none. */
  readonly live?: LiveOptions | null | undefined;
  readonly onState?: (job: JobSummary) => void;
}

/** Questions, jobs and traces, without HTTP. */
export interface Service {
  readonly jobs: JobQueue;
  readonly traces: TraceShelf;
  readonly live: LiveService;
  readonly uploadBytes: number;
  /** The answer when it takes a moment, else the job that was made. */
  ask<K extends Kind>(kind: K, question: Question<K>, wantsJob: boolean): Promise<Asked>;
  /** Writes down who did what. */
  audit(event: string, response: Response, facts: object): void;
  close(): Promise<void>;
}

/** A question made ready, and whether its answer takes a moment only. */
interface Prepared {
  readonly task: AnswerTask & { do: 'answer' };
  readonly quick: boolean;
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
  const live = openLive(options.live ?? null, clock);
  const taskOf = async <K extends Kind>(kind: K, question: Question<K>): Promise<Prepared> => {
    const past = await live.past(kind, question);
    const shared = { do: 'answer', kind, question, port: null } as const;
    if (past !== null) {
      const known = kept.recall(liveKeysOf(kind, question, past));
      return { task: { ...shared, traceFile: '', past, kept: known }, quick: isQuickLive(kind, question, known, past) };
    }
    const { file, entry } = traces.find(question.traffic.trace);
    const known = kept.recall(keysOf(kind, question));
    return { task: { ...shared, traceFile: file, past, kept: known }, quick: isQuick(kind, question, known, entry) };
  };
  const jobs: JobQueue = openJobQueue({
    ...{ store, clock, atOnce: workers.threads, mostWaiting: options.mostWaiting ?? 32 },
    work: async (kind, question, signal, report) => {
      const { task } = await taskOf(kind, question as Question<typeof kind>);
      return finished(await workers.long(task, signal, report));
    },
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
    ...{ jobs, traces, live, uploadBytes },
    async ask(kind, question, wantsJob) {
      const { task, quick } = await taskOf(kind, question);
      if (quick && !wantsJob) {
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
      live.close();
      store.close();
    },
  };
}
