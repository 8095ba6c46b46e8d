import { Outcome, type Latencies } from '../../serving/index.js';
import { openLatencyHistogram, type LatencyHistogram } from './latency-histogram.js';
import type { ReplayPlan } from './replay-plan.js';
import type { Failure } from './stream-request.js';

/** What came of one request that was answered whole; moments are seconds of the replay. */
export interface Answered {
  readonly tokens: number;
  /** As the server counted them; null where it did not tell. */
  readonly promptTokens: number | null;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly sentAt: number;
  readonly now: number;
}

/** What came of a replay's requests: columns by request of the plan, NaN where there is nothing. */
export interface ReplayRecords extends Latencies {
  readonly plan: ReplayPlan;
  /** Seconds between the planned and the real moment of sending. */
  readonly sendLag: Float64Array;
  /** When it ended, seconds of the replay. */
  readonly endedAt: Float64Array;
  /** Tokens of the response. */
  readonly tokens: Uint32Array;
  /** Prompt tokens as the server counted them; 0 where it did not tell. */
  readonly promptTokens: Uint32Array;
  readonly failures: Map<Failure, number>;
  readonly failureOf: (Failure | null)[];
  /** The first failure, in words. */
  firstFailure: string | null;
  readonly itl: LatencyHistogram;
  /** Tokens that came in each second of the replay. */
  readonly tokensPerSecond: number[];
  /** Length of the replay, to the last end. */
  seconds: number;
  readonly addTokens: (now: number, count: number) => void;
  readonly finish: (row: number, answered: Answered) => void;
  readonly fail: (row: number, failure: Failure, detail: string, now: number) => void;
}

/** Records of a plan, with nothing sent. */
export function openRecords(plan: ReplayPlan): ReplayRecords {
  const count = plan.at.length;
  const column = (): Float64Array => new Float64Array(count).fill(NaN);
  const records: ReplayRecords = {
    plan,
    sendLag: column(),
    ttft: column(),
    tpot: column(),
    e2e: column(),
    outcome: new Uint8Array(count),
    endedAt: column(),
    tokens: new Uint32Array(count),
    promptTokens: new Uint32Array(count),
    failures: new Map(),
    failureOf: Array.from({ length: count }, () => null),
    firstFailure: null,
    itl: openLatencyHistogram(),
    tokensPerSecond: [],
    seconds: 0,
    addTokens: (now, tokens) => {
      const second = Math.floor(now);
      records.tokensPerSecond[second] = (records.tokensPerSecond[second] ?? 0) + tokens;
    },
    finish: (row, { tokens, promptTokens, firstAt, lastAt, sentAt, now }) => {
      records.outcome[row] = Outcome.finished;
      records.endedAt[row] = now;
      records.tokens[row] = tokens;
      records.promptTokens[row] = promptTokens ?? 0;
      // The last token ends a request; what follows it is no part of the response.
      records.e2e[row] = (Number.isNaN(lastAt) ? now : lastAt) - sentAt;
      if (tokens > 1) records.tpot[row] = (lastAt - firstAt) / (tokens - 1);
    },
    fail: (row, failure, detail, now) => {
      records.endedAt[row] = now;
      records.ttft[row] = NaN;
      records.failureOf[row] = failure;
      records.failures.set(failure, (records.failures.get(failure) ?? 0) + 1);
      records.firstFailure ??= `${failure}: ${detail}`;
    },
  };
  return records;
}
