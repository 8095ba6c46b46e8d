import { performance } from 'node:perf_hooks';
import { allSplits, goodput, goodputOfAll, loadProfile } from '../src/serving/index.js';
import { chatTrace } from '../test/helpers/serving.js';
import { cpuSecondsOf } from './cpu-seconds.js';
import type { BenchResult } from './run.js';

const REQUESTS = 20_000;
const MOST_CPU_SECONDS = 0.5;
const SLO = { ttft: 1, tpot: 0.05, attainment: 0.9 };
const MOST_SHARE = 0.65;
const DRAWS = 20;

/**
 * Goodput of one configuration: CPU, half width of its interval, and how often the interval of a fresh draw has the value of a run 20
 * times as long; and all splits of 8 instances on two workers beside one.
 */
export default async function bench(): Promise<BenchResult> {
  const deployment = { profile: loadProfile('h100-llama-3.1-8b-bf16') };
  const one = [{ serve: 1 }, { prefill: 1, decode: 1 }, { prefill: 2, decode: 6 }].map((counts) => {
    const trace = chatTrace(REQUESTS, 1);
    const cpuSeconds = cpuSecondsOf(() => goodput(trace, { ...deployment, counts }, SLO), 3);
    const truth = goodput(chatTrace(20 * REQUESTS, 1, 999), { ...deployment, counts }, SLO, {
      tolerance: 0.003,
    }).goodput;
    const draws = Array.from({ length: DRAWS }, (_, draw) =>
      goodput(chatTrace(REQUESTS, 1, draw + 1), { ...deployment, counts }, SLO),
    );
    const halfWidth = draws.reduce((sum, { low, high, goodput: rate }) => sum + (high - low) / 2 / rate, 0) / DRAWS;
    const coverage = draws.filter(({ low, high }) => low <= truth && truth <= high).length / DRAWS;
    return { counts, cpuSeconds, halfWidth, coverage };
  });
  const [single, double] = [await wallOf(1), await wallOf(2)];
  const ratio = double / single;
  const figures = { one, splits: { oneWorkerSeconds: single, twoWorkersSeconds: double } };
  const ok = ratio <= MOST_SHARE && one.every(({ cpuSeconds }) => cpuSeconds <= MOST_CPU_SECONDS);
  return { bench: 'goodput', figures, ratio, goal: MOST_SHARE, ok };
}

/** Enough that starting the workers does not count. */
const SPLIT_REQUESTS = 100_000;

/** Seconds for all 7 splits of 8 instances into prefill and decode. */
async function wallOf(threads: number): Promise<number> {
  const splits = allSplits(8).filter(({ serve }) => serve === undefined);
  const started = performance.now();
  await goodputOfAll(chatTrace(SPLIT_REQUESTS, 1), splits, { profile: loadProfile('h100-llama-3.1-8b-bf16') }, SLO, {
    threads,
  });
  return (performance.now() - started) / 1000;
}
