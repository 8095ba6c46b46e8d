import { UpstreamError } from '../../base/index.js';
import type { InstanceCounts } from '../../spec/index.js';
import type { LiveReadings, MetricsSource } from '../../vllm/index.js';
import type { LivePast } from '../answers/live.js';
import { HttpProblem } from '../http/problems.js';
import type { Question } from '../questions.js';
import { LIVE_TRACE, type Kind, type LiveAnswer } from '../schemas/index.js';

/** A running service that questions may be about. */
export interface LiveService {
  /** The service now. */
  look(): Promise<LiveAnswer>;
  /** What a question is answered from; null when it is about a trace. */
  past<K extends Kind>(kind: K, question: Question<K>): Promise<LivePast | null>;
  close(): void;
}

/** Which service, and where it is read. */
export interface LiveOptions {
  readonly source: MetricsSource;
  /** The label `model_name` of its metrics. */
  readonly model: string;
}

/** Questions look back so far unless they say otherwise, and at most at so many bins. */
const PAST_SECONDS = 7 * 86400;
const MOST_BINS = 5000;
/** The mix of requests is that of the last day. */
const MIX_SECONDS = 86400;
/** A bin is read when it ended so long ago, or half a bin if that is shorter: every pod's last scrape is in by then. */
const SETTLE_SECONDS = 15;

/**
 * Opens a running service.
 *
 * @param options null: there is none, and questions about it are refused
 * @param clock Unix seconds
 */
export function openLive(options: LiveOptions | null, clock: () => number): LiveService {
  return {
    async look() {
      if (options === null)
        throw new HttpProblem(404, 'no running service is watched: start with --prometheus and --model');
      return lookOf(options.model, await read(() => options.source.now(clock())));
    },
    async past(kind, { traffic, ...question }) {
      if (traffic.trace !== LIVE_TRACE) return null;
      if (options === null) throw refusal('no running service is watched: start with --prometheus and --model');
      if (kind !== 'forecast' && kind !== 'plan')
        throw refusal('the running service can be forecast and planned for only');
      if (traffic.fromSeconds !== undefined)
        throw refusal('the running service is read up to now: give forSeconds alone', '/traffic/fromSeconds');
      const { binSeconds, stepSeconds } = question as { binSeconds?: number; stepSeconds?: number };
      return read(() => readPast(options.source, clock(), binSeconds ?? stepSeconds ?? 60, traffic.forSeconds));
    },
    close: () => options?.source.close(),
  };
}

async function readPast(source: MetricsSource, now: number, bin: number, forSeconds = PAST_SECONDS): Promise<LivePast> {
  const to = Math.floor((now - Math.min(SETTLE_SECONDS, bin / 2)) / bin) * bin;
  const from = to - Math.min(MOST_BINS, Math.max(2, Math.floor(forSeconds / bin))) * bin;
  const [load, mix, readings] = await Promise.all([
    source.history(from, to, bin),
    source.mix(now - MIX_SECONDS, now),
    source.now(now),
  ]);
  return { load, mix, present: presentOf(readings) };
}

/** Pods of each pool; null unless every pool names its own. */
function presentOf({ roles, emptiestPods = {} }: LiveReadings): InstanceCounts | null {
  const counts = Object.keys(roles).map(
    (role) => [role, Object.keys(emptiestPods[role as 'serve'] ?? {}).length] as const,
  );
  return counts.every(([, count]) => count > 0) ? Object.fromEntries(counts) : null;
}

function lookOf(model: string, readings: LiveReadings): LiveAnswer {
  const { at, roles, ttft, tpot, newestSampleAt } = readings;
  return {
    ...{ model, atEpochSeconds: at, ttftSeconds: ttft, tpotSeconds: tpot, newestSampleEpochSeconds: newestSampleAt },
    pools: Object.entries(roles).map(([role, { waiting, running, kvUse }]) => ({
      ...{ role: role as 'serve', waiting, running, kvUse },
    })),
    present: presentOf(readings),
  };
}

/** What Prometheus does wrong is no fault of ours, and where it is is nobody's business. */
async function read<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    throw new HttpProblem(502, 'the running service cannot be read: Prometheus does not answer as it should');
  }
}

function refusal(detail: string, pointer = '/traffic/trace'): HttpProblem {
  return new HttpProblem(400, detail, [{ pointer, detail }]);
}
