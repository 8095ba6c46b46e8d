import { mean, summarise, variance, type Summary } from '../../base/index.js';
import { metSlo, Outcome } from '../../serving/index.js';
import type { Slo } from '../../spec/index.js';
import { summariseLatencies } from './latency-histogram.js';
import type { ReplayRecords } from './replay-records.js';
import type { Failure } from './stream-request.js';

/** The paper's four measures. @source BurstGPT 4.4 */
export interface PaperMeasures {
  /** R: share of the requests that ended in failure; null when none ended. */
  readonly failureRate: number | null;
  /** L: seconds per token, mean over requests of (sent to last token) / tokens; null when none finished. */
  readonly tokenLatencySeconds: number | null;
  /** σ_L: standard deviation of it over requests; null below two. */
  readonly tokenLatencyDeviationSeconds: number | null;
  /** P: response tokens per second. */
  readonly tokensPerSecond: number;
}

/** Those measures over one bin of the replay, by when requests ended and tokens came. */
export interface InstantMeasures extends PaperMeasures {
  readonly atSeconds: number;
  /** Requests sent per second. */
  readonly sendRate: number;
  readonly ttftSeconds: number | null;
}

/** What a replay says. Warm-up requests are in none of the figures but the instantaneous ones. */
export interface ReplaySummary {
  readonly requests: number;
  readonly warmUpRequests: number;
  /** Requests that failed in the trace itself, and were not sent. */
  readonly failedInTrace: number;
  readonly finished: number;
  readonly failed: number;
  readonly failures: Partial<Record<Failure, number>>;
  readonly firstFailure: string | null;
  readonly seconds: number;
  readonly sendLagSeconds: Summary;
  readonly ttftSeconds: Summary;
  readonly tpotSeconds: Summary;
  readonly itlSeconds: Summary;
  readonly e2eSeconds: Summary;
  readonly attainment: number | null;
  /** Finished requests per second that met the SLO. */
  readonly goodRate: number;
  readonly requestsPerSecond: number;
  readonly promptTokensPerSecond: number;
  readonly average: PaperMeasures;
  readonly binSeconds: number;
  readonly instantaneous: readonly InstantMeasures[];
}

/** Sums a replay up, without the requests of its warm-up. */
export function summariseReplay(records: ReplayRecords, slo: Slo, warmUpSeconds: number): ReplaySummary {
  const { plan, outcome } = records;
  const rows = Array.from(plan.at.keys()).filter((row) => plan.at[row]! >= warmUpSeconds);
  const finished = rows.filter((row) => outcome[row] === Outcome.finished);
  const failed = rows.filter((row) => records.failureOf[row] !== null);
  const seconds = Math.max(0, records.seconds - warmUpSeconds);
  const met = metSlo(records, slo);
  const good = finished.filter((row) => met[row] === 1).length;
  const attempted = finished.length + failed.length;
  const perSecond = (count: number): number => (seconds > 0 ? count / seconds : 0);
  const pick = (column: Float64Array): Float64Array => Float64Array.from(rows, (row) => column[row]!);
  const total = (column: Uint32Array): number => finished.reduce((sum, row) => sum + column[row]!, 0);
  const binSeconds = binWidth(records.seconds);
  return {
    requests: attempted,
    warmUpRequests: plan.at.length - rows.length,
    failedInTrace: plan.leftOut,
    finished: finished.length,
    failed: failed.length,
    failures: countFailures(records, failed),
    firstFailure: records.firstFailure,
    seconds,
    sendLagSeconds: summarise(pick(records.sendLag)),
    ttftSeconds: summarise(pick(records.ttft)),
    tpotSeconds: summarise(pick(records.tpot)),
    itlSeconds: summariseLatencies(records.itl),
    e2eSeconds: summarise(pick(records.e2e)),
    attainment: attempted === 0 ? null : good / attempted,
    goodRate: perSecond(good),
    requestsPerSecond: perSecond(finished.length),
    promptTokensPerSecond: perSecond(total(records.promptTokens)),
    average: measuresOf(records, finished, failed.length, perSecond(total(records.tokens))),
    binSeconds,
    instantaneous: instantMeasures(records, binSeconds),
  };
}

function countFailures(records: ReplayRecords, failed: readonly number[]): Partial<Record<Failure, number>> {
  const counts: Partial<Record<Failure, number>> = {};
  for (const row of failed) counts[records.failureOf[row]!] = (counts[records.failureOf[row]!] ?? 0) + 1;
  return counts;
}

function measuresOf(
  { e2e, tokens }: ReplayRecords,
  finished: readonly number[],
  failed: number,
  tokensPerSecond: number,
): PaperMeasures {
  const ended = finished.length + failed;
  const perToken = finished.filter((row) => tokens[row]! > 0).map((row) => e2e[row]! / tokens[row]!);
  return {
    failureRate: ended === 0 ? null : failed / ended,
    tokenLatencySeconds: perToken.length === 0 ? null : mean(perToken),
    tokenLatencyDeviationSeconds: perToken.length < 2 ? null : Math.sqrt(variance(perToken)),
    tokensPerSecond,
  };
}

const MOST_BINS = 240;
const WIDTHS = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600];

function binWidth(seconds: number): number {
  return WIDTHS.find((width) => seconds / width <= MOST_BINS) ?? 7200;
}

function instantMeasures(records: ReplayRecords, binSeconds: number): InstantMeasures[] {
  const { plan, outcome, endedAt, sendLag, ttft } = records;
  const bins = Array.from({ length: Math.max(1, Math.ceil(records.seconds / binSeconds)) }, () => ({
    finished: [] as number[],
    failed: 0,
    sent: 0,
  }));
  const binAt = (seconds: number) => bins[Math.min(bins.length - 1, Math.floor(seconds / binSeconds))]!;
  for (let row = 0; row < plan.at.length; row++) {
    if (Number.isNaN(sendLag[row]!)) continue;
    binAt(plan.at[row]! + sendLag[row]!).sent++;
    if (outcome[row] === Outcome.finished) binAt(endedAt[row]!).finished.push(row);
    else binAt(endedAt[row]!).failed++;
  }
  return bins.map(({ finished, failed, sent }, bin) => {
    const from = bin * binSeconds;
    const width = Math.min(binSeconds, records.seconds - from) || binSeconds;
    let tokens = 0;
    for (let second = from; second < from + binSeconds; second++) tokens += records.tokensPerSecond[second] ?? 0;
    return {
      atSeconds: from,
      ...measuresOf(records, finished, failed, tokens / width),
      sendRate: sent / width,
      ttftSeconds: finished.length === 0 ? null : mean(finished.map((row) => ttft[row]!)),
    };
  });
}
