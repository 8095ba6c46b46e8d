import { readdirSync, readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { seededRandom } from '../src/base/index.js';
import { mixOf, sampleTrace } from '../src/load/index.js';
import { allSplits, goodput, goodputOfAll, loadProfile, openSearchers } from '../src/serving/index.js';
import { embeddedTracePath, readTrace, type Trace } from '../src/trace/index.js';
import { cpuSecondsOf } from './cpu-seconds.js';
import type { BenchResult } from './run.js';

const REQUESTS = 20_000;
const MOST_CPU_SECONDS = 0.5;
const MOST_HALF_WIDTH = 0.02;
/** Of an interval at 90 %, with as many draws, chance leaves at least so many. */
const DRAWS = 100;
const LEAST_COVERAGE = 0.75;
const SLO = { ttft: 1, tpot: 0.05, attainment: 0.9 };
const MOST_SHARE = 0.65;
const deployment = { profile: loadProfile('h100-llama-3.1-8b-bf16') };

/**
 * Goodput of one configuration on the modelled week's requests: CPU, half width of its interval, and how often the interval of a fresh
 * draw has the value of a run 20 times as long; and all splits of 8 instances on two workers beside one, wall time over wall time.
 */
export default async function bench(): Promise<BenchResult> {
  const draw = await drawer();
  const splits = await splitsOnTwo(draw);
  const one = [{ serve: 1 }, { prefill: 1, decode: 1 }, { prefill: 2, decode: 6 }].map((counts) => {
    const of = (trace: Trace, tolerance?: number): ReturnType<typeof goodput> =>
      goodput(trace, { ...deployment, counts }, SLO, { tolerance });
    const trace = draw(REQUESTS, 1);
    const cpuSeconds = cpuSecondsOf(() => of(trace), 3);
    const truth = of(draw(20 * REQUESTS, 999), 0.003).goodput;
    const found = Array.from({ length: DRAWS }, (_, i) => of(draw(REQUESTS, i + 1)));
    const halfWidth = found.reduce((sum, { low, high, goodput: rate }) => sum + (high - low) / 2 / rate, 0) / DRAWS;
    const coverage = found.filter(({ low, high }) => low <= truth && truth <= high).length / DRAWS;
    return { counts, cpuSeconds, halfWidth, coverage };
  });
  const isGood = one.every(
    ({ cpuSeconds, halfWidth, coverage }) =>
      cpuSeconds <= MOST_CPU_SECONDS && halfWidth <= MOST_HALF_WIDTH && coverage >= LEAST_COVERAGE,
  );
  const { ratio } = splits;
  const ok = ratio <= MOST_SHARE && isGood;
  return { bench: 'goodput', figures: { one, splits }, ratio, goal: MOST_SHARE, ok };
}

/** Draws requests of the modelled week at unit rate. */
async function drawer(): Promise<(count: number, seed: number) => Trace> {
  const { trace } = await readTrace(embeddedTracePath());
  const mix = mixOf(trace);
  return (count, seed) => sampleTrace(mix, 1, count, seededRandom(seed, 'goodput'));
}

const SPLIT_REQUESTS = 100_000;

interface SplitTimes {
  readonly oneWorker: PoolTimes;
  readonly twoWorkers: PoolTimes;
  /** Wall time of two workers over that of one. */
  readonly ratio: number;
}

interface PoolTimes {
  readonly wallSeconds: number;
  readonly busiestCpuSeconds: number;
}

/** All 7 splits of 8 instances into prefill and decode, by one worker and by two. */
async function splitsOnTwo(draw: (count: number, seed: number) => Trace): Promise<SplitTimes> {
  const [oneWorker, twoWorkers] = [await timeSplits(draw, 1), await timeSplits(draw, 2)];
  return { oneWorker, twoWorkers, ratio: twoWorkers.wallSeconds / oneWorker.wallSeconds };
}

/** The second time that workers search, with their code compiled; the least of three. */
async function timeSplits(draw: (count: number, seed: number) => Trace, threads: number): Promise<PoolTimes> {
  const splits = allSplits(8).filter(({ serve }) => serve === undefined);
  const searchers = openSearchers(threads);
  const search = (trace: Trace): Promise<unknown> => goodputOfAll(trace, splits, deployment, SLO, { searchers });
  try {
    await search(draw(REQUESTS, 2));
    const trace = draw(SPLIT_REQUESTS, 1);
    const times: PoolTimes[] = [];
    for (let run = 0; run < 3; run++) {
      const before = cpuByThread();
      const started = performance.now();
      await search(trace);
      const wallSeconds = (performance.now() - started) / 1000;
      const byThread = [...cpuByThread()].map(([thread, seconds]) => seconds - (before.get(thread) ?? 0));
      times.push({ wallSeconds, busiestCpuSeconds: Math.max(...byThread) });
    }
    return times.reduce((least, found) => (found.wallSeconds < least.wallSeconds ? found : least));
  } finally {
    await searchers.close();
  }
}

const TICKS_PER_SECOND = 100;

/** CPU seconds of each thread of this process so far (Linux). */
function cpuByThread(): Map<string, number> {
  const threads = readdirSync('/proc/self/task');
  return new Map(
    threads.map((thread) => {
      const fields = readFileSync(`/proc/self/task/${thread}/stat`, 'utf8').split(') ')[1]!.split(' ');
      return [thread, (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND];
    }),
  );
}
