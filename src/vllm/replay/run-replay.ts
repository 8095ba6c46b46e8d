import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { seededRandom } from '../../base/index.js';
import { systemClock, type Clock } from '../clock.js';
import type { PromptPool } from './prompt-pool.js';
import { openRecords, type ReplayRecords } from './replay-records.js';
import type { ReplayPlan } from './replay-plan.js';
import { addLatency } from './latency-histogram.js';
import { streamRequest, type StreamTarget } from './stream-request.js';

/** Whom to ask, and how. */
export interface ReplayOptions {
  /** Base URL of an OpenAI-compatible server, without `/v1`. */
  readonly url: string;
  readonly model: string | null;
  readonly endpoint: 'completions' | 'chat';
  readonly prompts: PromptPool;
  /** Prompts as token ids in place of text; completions only. */
  readonly asTokenIds?: boolean;
  /** Whether response lengths are the trace's (`ignore_eos`), or the model's own choice. */
  readonly forceLengths: boolean;
  readonly timeoutSeconds: number;
  /** Requests that arrive in these first seconds are sent, and not measured. */
  readonly warmUpSeconds: number;
  readonly apiKey?: string;
  readonly seed: number;
  readonly clock?: Clock;
  readonly onProgress?: (progress: ReplayProgress) => void;
  /** Stops the replay: nothing more is sent, and what runs is given up. */
  readonly signal?: AbortSignal;
}

/** How far a replay has come. */
export interface ReplayProgress {
  readonly seconds: number;
  readonly sent: number;
  readonly running: number;
  readonly finished: number;
  readonly failed: number;
  readonly tokens: number;
}

const PROGRESS_SECONDS = 0.5;

/** A replay in progress. */
interface Run {
  readonly plan: ReplayPlan;
  readonly options: ReplayOptions;
  readonly clock: Clock;
  readonly target: StreamTarget;
  readonly records: ReplayRecords;
  readonly makeBody: (row: number) => string;
  /** Moment of the clock at which it began. */
  readonly start: number;
  /** What gives each request in progress up. */
  readonly running: Set<() => void>;
  readonly count: { finished: number; failed: number; tokens: number };
  /** The first row that is not sent yet. */
  next: number;
  cancelTimer: () => void;
  onDone: () => void;
}

/** Sends each request of a plan at its moment, whatever became of those before it, and waits until the last one has ended. */
export async function runReplay(plan: ReplayPlan, options: ReplayOptions): Promise<ReplayRecords> {
  const clock = options.clock ?? systemClock();
  const run: Run = {
    plan,
    options,
    clock,
    target: targetOf(options),
    records: openRecords(plan),
    makeBody: bodyMaker(plan, options),
    start: clock.now(),
    running: new Set(),
    count: { finished: 0, failed: 0, tokens: 0 },
    next: 0,
    cancelTimer: () => undefined,
    onDone: () => undefined,
  };
  const timer = setInterval(() => report(run), PROGRESS_SECONDS * 1000);
  await new Promise<void>((resolve) => {
    run.onDone = resolve;
    options.signal?.addEventListener('abort', () => halt(run), { once: true });
    sendDue(run);
    report(run);
  });
  clearInterval(timer);
  run.target.agent.destroy();
  run.records.seconds = elapsed(run);
  return run.records;
}

function elapsed({ clock, start }: Run): number {
  return clock.now() - start;
}

function report(run: Run): void {
  const { options, next: sent, running, count } = run;
  options.onProgress?.({ seconds: elapsed(run), sent, running: running.size, ...count });
}

function sendDue(run: Run): void {
  const { at } = run.plan;
  while (run.next < at.length && at[run.next]! <= elapsed(run)) sendOne(run, run.next++);
  if (run.next < at.length) run.cancelTimer = run.clock.at(run.start + at[run.next]!, () => sendDue(run));
  settle(run);
}

function settle({ next, plan, running, onDone }: Run): void {
  if (next === plan.at.length && running.size === 0) onDone();
}

function halt(run: Run): void {
  run.cancelTimer();
  run.next = run.plan.at.length;
  for (const stop of [...run.running]) stop();
  settle(run);
}

function sendOne(run: Run, row: number): void {
  const { plan, options, records, running, count } = run;
  const body = run.makeBody(row);
  const sentAt = elapsed(run);
  records.sendLag[row] = sentAt - plan.at[row]!;
  const note = noteTokens(records, row, sentAt, plan.at[row]! >= options.warmUpSeconds);
  const done = (): void => {
    running.delete(stop);
    settle(run);
  };
  const stop = streamRequest(run.target, body, {
    onTokens: () => {
      count.tokens++;
      note.tokens(elapsed(run));
    },
    onEnd: (usage) => {
      count.finished++;
      note.end(elapsed(run), usage);
      done();
    },
    onFailure: (failure, detail) => {
      count.failed++;
      records.fail(row, failure, detail, elapsed(run));
      done();
    },
  });
  running.add(stop);
}

/** Writes one request's times into the records as its tokens come. */
function noteTokens(records: ReplayRecords, row: number, sentAt: number, isMeasured: boolean) {
  let first = NaN;
  let last = NaN;
  let events = 0;
  return {
    tokens: (now: number): void => {
      if (events++ === 0) records.ttft[row] = (first = now) - sentAt;
      else if (isMeasured) addLatency(records.itl, now - last);
      last = now;
      records.addTokens(now, 1);
    },
    end: (now: number, usage: { readonly prompt: number; readonly completion: number } | null): void => {
      // A server may send several tokens in one event: then its own count is right.
      const tokens = usage?.completion ?? events;
      records.addTokens(now, tokens - events);
      records.finish(row, { tokens, promptTokens: usage?.prompt ?? null, firstAt: first, lastAt: last, sentAt, now });
    },
  };
}

function targetOf({ url, endpoint, timeoutSeconds, apiKey }: ReplayOptions): StreamTarget {
  const path = endpoint === 'chat' ? '/v1/chat/completions' : '/v1/completions';
  const full = new URL(url.replace(/\/+$/, '') + path);
  const agentOptions = { keepAlive: true, maxSockets: Infinity, scheduling: 'lifo' } as const;
  const isSecure = full.protocol === 'https:';
  return {
    address: {
      protocol: full.protocol,
      hostname: full.hostname.replace(/^\[|\]$/g, ''), // of an IPv6 address
      port: full.port,
      path: full.pathname + full.search,
    },
    agent: isSecure ? new HttpsAgent(agentOptions) : new HttpAgent(agentOptions),
    open: isSecure ? httpsRequest : httpRequest,
    headers: {
      'content-type': 'application/json',
      ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
    },
    timeoutSeconds,
  };
}

/** Token ids of prompts: within every vocabulary, above the special ones of most. */
const FIRST_ID = 1000;
const IDS = 20_000;

function bodyMaker(plan: ReplayPlan, options: ReplayOptions): (row: number) => string {
  const random = seededRandom(options.seed, 'prompts');
  const { model, endpoint, forceLengths, prompts } = options;
  return (row) => {
    const tokens = plan.promptTokens[row]!;
    const prompt = options.asTokenIds
      ? Array.from({ length: tokens }, () => FIRST_ID + Math.floor(random() * IDS))
      : prompts(tokens, random);
    const outputTokens = plan.outputTokens[row]!;
    return JSON.stringify({
      ...(model === null ? {} : { model }),
      ...(endpoint === 'chat' ? { messages: [{ role: 'user', content: prompt }] } : { prompt }),
      stream: true,
      stream_options: { include_usage: true },
      ...(forceLengths ? { max_tokens: outputTokens, min_tokens: outputTokens, ignore_eos: true } : {}),
      // Without a limit completions end after 16 tokens.
      ...(!forceLengths && endpoint === 'completions' ? { max_tokens: FREE_MOST_TOKENS } : {}),
    });
  };
}

/** Longest response to a completion that the model may end. */
const FREE_MOST_TOKENS = 4096;
