import type { MessagePort } from 'node:worker_threads';
import { InputError } from '../../base/index.js';
import { failedCount, observedSpan, readTrace, requestCount } from '../../trace/index.js';
import type { Answer, Question } from '../questions.js';
import type { Kind } from '../schemas/index.js';
import { answerCapacity } from './capacity.js';
import { answerContest } from './contest.js';
import { answerForecast } from './forecast.js';
import { answerGoodput } from './goodput.js';
import type { LivePast } from './live.js';
import type { AnswerTools } from './memory.js';
import { answerPlan } from './plan.js';
import { answerSimulate } from './simulate.js';

/** A question for a worker, with what was kept for it; or a trace to look at. */
export type AnswerTask =
  | {
      readonly do: 'answer';
      readonly kind: Kind;
      readonly question: unknown;
      readonly traceFile: string;
      readonly past: LivePast | null;
      readonly kept: Readonly<Record<string, unknown>>;
      /** Told [done, total, what]; null: nobody listens. */
      readonly port: MessagePort | null;
    }
  | { readonly do: 'inspect'; readonly file: string; readonly skipBadRows: boolean };

/** What a worker gives back. */
export type AnswerResult =
  | { readonly ok: true; readonly answer: unknown; readonly kept: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly message: string };

/** Facts of a trace file. */
export interface TraceFacts {
  readonly requests: number;
  readonly failed: number;
  readonly badRows: number;
  readonly spanSeconds: number;
  readonly startEpochSeconds: number | null;
}

type Answerer<K extends Kind> = (question: Question<K>, tools: AnswerTools) => Promise<Answer<K>>;

const ANSWERERS: { readonly [K in Kind]: Answerer<K> } = {
  forecast: answerForecast,
  simulate: answerSimulate,
  goodput: answerGoodput,
  plan: answerPlan,
  capacity: answerCapacity,
  contest: answerContest,
};

/** Does a worker's task. What the asker got wrong comes back as a message; other errors are thrown. */
export async function answer(task: AnswerTask): Promise<AnswerResult> {
  try {
    if (task.do === 'inspect') return { ok: true, answer: await inspect(task.file, task.skipBadRows), kept: {} };
    const kept: Record<string, unknown> = {};
    const tools: AnswerTools = {
      traceFile: task.traceFile,
      past: task.past,
      memory: {
        recall: (key) => kept[key] ?? task.kept[key],
        keep: (key, value) => void (kept[key] = value),
      },
      report: (done, total, what) => task.port?.postMessage([done, total, what]),
    };
    return { ok: true, answer: await run(task.kind, task.question, tools), kept };
  } catch (error) {
    if (error instanceof InputError) return { ok: false, message: withoutPath(error.message, task) };
    throw error;
  } finally {
    if (task.do === 'answer') task.port?.close();
  }
}

function run<K extends Kind>(kind: K, question: unknown, tools: AnswerTools): Promise<Answer<K>> {
  return ANSWERERS[kind](question as Question<K>, tools);
}

async function inspect(file: string, skipBadRows: boolean): Promise<TraceFacts> {
  const { trace, report } = await readTrace(file, { skipBadRows });
  const { start, end } = observedSpan(trace);
  if (requestCount(trace) === failedCount(trace)) throw new InputError(`${file}: has no served request`);
  return {
    ...{ requests: requestCount(trace), failed: failedCount(trace), badRows: report.badRows },
    ...{ spanSeconds: end - start, startEpochSeconds: trace.startEpochSeconds },
  };
}

/** Where the service keeps its files is nobody's business. */
function withoutPath(message: string, task: AnswerTask): string {
  const file = task.do === 'inspect' ? task.file : task.traceFile;
  return file === '' ? message : message.replaceAll(file, 'trace');
}
