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

/** Sends each request of a plan at its moment, whatever became of those before it, and waits until the last one has ended. */
export async function runReplay(plan: ReplayPlan, options: ReplayOptions): Promise<ReplayRecords> {
  const clock = options.clock ?? systemClock();
  const target = targetOf(options);
  const records = openRecords(plan);
  const makeBody = bodyMaker(plan, options);
  const running = new Set<() => void>();
  const start = clock.now();
  const state = { next: 0, failed: 0, finished: 0, tokens: 0 };
  const elapsed = (): number => clock.now() - start;
  await new Promise<void>((resolve) => {
    let cancelTimer: () => void = () => undefined;
    const report = (): void => {
      const { next: sent, failed, finished, tokens } = state;
      options.onProgress?.({ seconds: elapsed(), sent, running: running.size, failed, finished, tokens });
    };
    const timer = setInterval(report, PROGRESS_SECONDS * 1000);
    const settle = (): void => {
      if (state.next < plan.at.length || running.size > 0) return;
      clearInterval(timer);
      resolve();
    };
    const sendOne = (row: number): void => {
      const body = makeBody(row);
      const sentAt = elapsed();
      records.sendLag[row] = sentAt - plan.at[row]!;
      const isMeasured = plan.at[row]! >= options.warmUpSeconds;
      const note = noteTokens(records, row, sentAt, isMeasured);
      const stop = streamRequest(target, body, {
        onTokens: () => {
          state.tokens++;
          note.tokens(elapsed());
        },
        onEnd: (usage) => {
          state.finished++;
          note.end(elapsed(), usage);
          done();
        },
        onFailure: (failure, detail) => {
          state.failed++;
          records.fail(row, failure, detail, elapsed());
          done();
        },
      });
      const done = (): void => {
        running.delete(stop);
        settle();
      };
      running.add(stop);
    };
    const sendDue = (): void => {
      while (state.next < plan.at.length && plan.at[state.next]! <= elapsed()) sendOne(state.next++);
      if (state.next < plan.at.length) cancelTimer = clock.at(start + plan.at[state.next]!, sendDue);
      settle();
    };
    const halt = (): void => {
      cancelTimer();
      state.next = plan.at.length;
      for (const stop of [...running]) stop();
      settle();
    };
    options.signal?.addEventListener('abort', halt, { once: true });
    sendDue();
    report();
  });
  target.agent.destroy();
  records.seconds = elapsed();
  return records;
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
