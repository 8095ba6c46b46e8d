import { existsSync } from 'node:fs';
import path from 'node:path';
import { InputError, mean, quantileOfSorted, variance } from '../base/index.js';
import {
  loadProfile,
  Outcome,
  simulateByBins,
  type LatencyProfile,
  type SchedulingPolicy,
  type SimulationResults,
  type Timeline,
  type TimedSimulation,
} from '../serving/index.js';
import { fromZero, observedSpan, readTrace, rpsScale, selectRows, type Trace } from '../trace/index.js';

/** What one simulated engine does with a trace: the measures of paper 4.4, averages and over time. */
export interface EngineRun {
  readonly name: string;
  readonly requests: number;
  /** Mean, deviation and 90th percentile over requests of E2E over response tokens, seconds. */
  readonly tokenLatency: number;
  readonly jitter: number;
  readonly p90TokenLatency: number;
  /** Prompt and response tokens a second, over the whole run. */
  readonly throughput: number;
  /** The same over the time in which at least one request was in the engine. */
  readonly busyThroughput: number;
  /** Mean time to the first token, seconds. */
  readonly ttft: number;
  /** Mean gap of arrivals, seconds, and their coefficient of variation: 1 for Poisson, more is burstier. */
  readonly meanGap: number;
  readonly gapVariation: number;
  /** Share of KV blocks in use, mean and largest over the ends of minutes. */
  readonly kvUse: number;
  readonly kvPeak: number;
  /** Share of the requests that were attempted and failed: waited for too long, or longer than the model. */
  readonly failureRate: number;
  readonly timeline: Timeline;
  readonly trace: Trace;
  readonly results: SimulationResults;
}

/** A request that has waited for so long has failed. The paper does not say when its clients gave up. */
export const TIMEOUT_SECONDS = 60;

/** Llama-2-13B on one H100, as measured. */
const PROFILE = 'h100-llama-2-13b-bf16';

/** How one engine runs, where it is not the default: one H100, first come first served. */
export interface EngineChoice {
  readonly profile?: LatencyProfile;
  readonly policy?: SchedulingPolicy;
}

/** Runs a trace on one engine with Llama-2-13B. */
export function runOnOneGpu(name: string, trace: Trace, { profile, policy = 'fcfs' }: EngineChoice = {}): EngineRun {
  const deployment = {
    ...{ profile: profile ?? loadProfile(PROFILE), counts: { serve: 1 } },
    ...{ policy, timeoutSeconds: TIMEOUT_SECONDS },
  };
  const { results, timeline } = finish(simulateByBins(trace, deployment, { e2e: Infinity, attainment: 0.9 }, 60));
  const attempted = results.outcome.filter((kind) => kind !== Outcome.failedInTrace).length;
  const finished = finishedRequests(results);
  const latencies = finished.map((request) => tokenLatencyOf(trace, results, request)).sort((a, b) => a - b);
  const tokens = finished.reduce(
    (sum, request) => sum + trace.promptTokens[request]! + trace.outputTokens[request]!,
    0,
  );
  const gaps = Float64Array.from(
    { length: Math.max(0, trace.arrival.length - 1) },
    (_, i) => trace.arrival[i + 1]! - trace.arrival[i]!,
  );
  const { kvUse } = timeline.roles.serve!;
  return {
    name,
    requests: attempted,
    tokenLatency: mean(latencies),
    jitter: Math.sqrt(variance(latencies)),
    p90TokenLatency: quantileOfSorted(latencies, 0.9),
    throughput: tokens / (results.endedAt - timeline.startSeconds),
    busyThroughput: tokens / busySeconds(trace, results, finished),
    ttft: mean(finished.map((request) => results.ttft[request]!)),
    meanGap: mean(gaps),
    gapVariation: Math.sqrt(variance(gaps)) / mean(gaps),
    kvUse: mean(kvUse),
    kvPeak: kvUse.reduce((most, share) => Math.max(most, share), 0),
    failureRate: (attempted - finished.length) / attempted,
    ...{ timeline, trace, results },
  };
}

/** Numbers of the requests that finished. */
export function finishedRequests({ outcome }: SimulationResults): number[] {
  return [...outcome.keys()].filter((request) => outcome[request] === Outcome.finished);
}

/** Seconds from arrival to the last token over the tokens of the response. @source BurstGPT 4.4 */
export function tokenLatencyOf({ outputTokens }: Trace, { e2e }: SimulationResults, request: number): number {
  return e2e[request]! / outputTokens[request]!;
}

/** Seconds in which at least one of the requests was in the engine. */
function busySeconds({ arrival }: Trace, { e2e }: SimulationResults, requests: readonly number[]): number {
  let [busy, until] = [0, -Infinity];
  for (const request of requests) {
    const [from, to] = [arrival[request]!, arrival[request]! + e2e[request]!];
    busy += Math.max(0, to - Math.max(from, until));
    until = Math.max(until, to);
  }
  return busy;
}

function finish(run: Generator<number, TimedSimulation>): TimedSimulation {
  for (;;) {
    const { done, value } = run.next();
    if (done) return value;
  }
}

/**
 * BurstGPT's first week from one of the folders.
 *
 * @throws InputError when it is in none
 */
export async function readFirstWeek(folders: readonly string[]): Promise<Trace> {
  const file = find(folders, ['burstgpt-1/BurstGPT_1_week1.csv', 'BurstGPT_1_week1.csv', 'BurstGPT_1.csv']);
  if (file === null)
    throw new InputError(
      `BurstGPT_1_week1.csv is in none of ${folders.join(', ')} (foresail trace fetch burstgpt-1, or --data)`,
    );
  return (await readTrace(file, { skipBadRows: true })).trace;
}

const MAF2_FILE = 'AzureFunctionsInvocationTraceForTwoWeeksJan2021.txt';

/** Azure Functions 2021 (MAF2) from one of the folders, unpacked; null when it is in none. */
export async function readFunctions(folders: readonly string[]): Promise<Trace | null> {
  const file = find(folders, [`azure-functions-2021/${MAF2_FILE}`, MAF2_FILE]);
  return file === null ? null : (await readTrace(file, { skipBadRows: true })).trace;
}

function find(folders: readonly string[], files: readonly string[]): string | null {
  const candidates = folders.flatMap((folder) => files.map((file) => path.join(folder, file)));
  return candidates.find((candidate) => existsSync(candidate)) ?? null;
}

/** The first so many requests that were served, from second 0, with time shrunk to a mean rate (the paper's RPS scaling). */
export function firstAtRate(trace: Trace, count: number, rate: number): Trace {
  const served = [...trace.outputTokens.keys()].filter((row) => trace.outputTokens[row]! > 0).slice(0, count);
  const chosen = selectRows(trace, Uint32Array.from(served));
  const startSeconds = chosen.arrival[0] ?? 0;
  const cut = fromZero({ ...chosen, startSeconds, endSeconds: chosen.arrival.at(-1) ?? startSeconds });
  const { start, end } = observedSpan(cut);
  return rpsScale(cut, served.length / rate / (end - start));
}

/** A share in percent, one decimal. */
export function percent(share: number): string {
  return (100 * share).toFixed(1);
}

/** Seconds as milliseconds, one decimal. */
export function milliseconds(seconds: number): string {
  return (1000 * seconds).toFixed(1);
}

/** A value as charts and tables print it, one decimal: what looks equal is equal. */
export function rounded(value: number): number {
  return Math.round(10 * value) / 10;
}

/** Cells of a table of runs. */
export function runRow({ name, requests, ...run }: EngineRun): (string | number)[] {
  return [
    name,
    requests,
    ...[run.tokenLatency, run.jitter, run.p90TokenLatency].map(milliseconds),
    run.throughput.toFixed(0),
    ...[run.kvUse, run.kvPeak, run.failureRate].map(percent),
  ];
}

/** The header of such a table. */
export const RUN_HEADER = [
  'run',
  'requests',
  'ms a token',
  'jitter ms',
  'p90 ms',
  'tokens/s',
  'KV mean %',
  'KV peak %',
  'failed %',
] as const;

/** What the columns of such a table mean. */
export const RUN_WORDS = `ms a token: time from a request's arrival to its last token over the tokens of its response, the mean of the requests that finished; jitter: the standard deviation of that, p90: its 90th percentile. Tokens/s: of prompts and responses, over the whole run. KV: share of the key-value cache's blocks in use at the end of each minute. Failed: the request waited ${TIMEOUT_SECONDS} seconds and had no token, or is longer than the model allows.`;

/** A run for programs: times in seconds, shares from 0 to 1. */
export function runDocument(run: EngineRun): object {
  const { name, requests, kvUse, kvPeak, failureRate, gapVariation } = run;
  return {
    ...{ name, requests, gapVariation, meanGapSeconds: run.meanGap, ttftMeanSeconds: run.ttft },
    ...{
      tokenLatencySeconds: run.tokenLatency,
      jitterSeconds: run.jitter,
      p90TokenLatencySeconds: run.p90TokenLatency,
    },
    ...{ tokensPerSecond: run.throughput, tokensPerBusySecond: run.busyThroughput, kvUse, kvPeak, failureRate },
  };
}
