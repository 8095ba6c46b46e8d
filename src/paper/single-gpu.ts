import { existsSync } from 'node:fs';
import path from 'node:path';
import { InputError, mean, quantileOfSorted, variance } from '../base/index.js';
import {
  loadProfile,
  Outcome,
  simulateByBins,
  type SchedulingPolicy,
  type Timeline,
  type TimedSimulation,
} from '../serving/index.js';
import { fromZero, observedSpan, readTrace, rpsScale, selectRows, type Trace } from '../trace/index.js';

/** What one simulated engine with Llama-2-13B does with a trace: the measures of paper 4.4, averages and over time. */
export interface EngineRun {
  readonly name: string;
  readonly requests: number;
  /** Mean, deviation and 90th percentile over requests of E2E over response tokens, seconds. */
  readonly tokenLatency: number;
  readonly jitter: number;
  readonly p90TokenLatency: number;
  /** Prompt and response tokens a second, over the whole run. */
  readonly throughput: number;
  /** Share of KV blocks in use, mean and largest over minutes. */
  readonly kvUse: number;
  readonly kvPeak: number;
  /** Share of the requests that were attempted and failed: waited for too long, or longer than the model. */
  readonly failureRate: number;
  readonly timeline: Timeline;
}

/** A request that has waited for so long has failed. The paper does not say when its clients gave up. */
export const TIMEOUT_SECONDS = 60;

const PROFILE = 'h100-llama-2-13b-bf16';

/** Runs a trace on one engine. */
export function runOnOneGpu(name: string, trace: Trace, policy: SchedulingPolicy = 'fcfs'): EngineRun {
  const deployment = { profile: loadProfile(PROFILE), counts: { serve: 1 }, policy, timeoutSeconds: TIMEOUT_SECONDS };
  const { results, timeline } = finish(simulateByBins(trace, deployment, { e2e: Infinity, attainment: 0.9 }, 60));
  const attempted = results.outcome.filter((kind) => kind !== Outcome.failedInTrace).length;
  const finished = [...results.outcome.keys()].filter((request) => results.outcome[request] === Outcome.finished);
  const latencies = Float64Array.from(
    finished,
    (request) => results.e2e[request]! / trace.outputTokens[request]!,
  ).sort();
  const tokens = finished.reduce(
    (sum, request) => sum + trace.promptTokens[request]! + trace.outputTokens[request]!,
    0,
  );
  const { kvUse } = timeline.roles.serve!;
  return {
    name,
    requests: attempted,
    tokenLatency: mean(latencies),
    jitter: Math.sqrt(variance(latencies)),
    p90TokenLatency: quantileOfSorted(latencies, 0.9),
    throughput: tokens / (results.endedAt - timeline.startSeconds),
    kvUse: mean(kvUse),
    kvPeak: kvUse.reduce((most, share) => Math.max(most, share), 0),
    failureRate: (attempted - finished.length) / attempted,
    timeline,
  };
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

/** Cells of a table of runs. */
export function runRow({ name, requests, ...run }: EngineRun): (string | number)[] {
  const percent = (share: number): string => (100 * share).toFixed(1);
  const milliseconds = (seconds: number): string => (1000 * seconds).toFixed(1);
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
  'jitter',
  'p90',
  'tokens/s',
  'KV mean %',
  'KV peak %',
  'failed %',
] as const;

/** A run without its timeline, for programs. */
export function runDocument(run: EngineRun): object {
  return { ...run, timeline: undefined };
}
