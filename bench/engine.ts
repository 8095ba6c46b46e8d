import { readFileSync } from 'node:fs';
import {
  acceptRequest,
  advanceReplica,
  loadProfile,
  openReplica,
  simulate,
  type LatencyProfile,
} from '../src/serving/index.js';
import type { Trace } from '../src/trace/index.js';
import { chatTrace } from '../test/helpers/serving.js';
import { sharedFile } from '../test/helpers/shared.js';
import { readWorkload, type ReferenceFile } from '../test/helpers/simdistserve/reference-file.js';
import { runSimdistserve } from '../test/helpers/simdistserve/run.js';
import { TextbookEngine } from '../test/helpers/textbook-engine.js';
import { cpuSecondsOf } from './cpu-seconds.js';
import type { BenchResult } from './run.js';

const SCHEDULER = { maxSeqs: 256, tokenBudget: 2048 };
const JUMP_GOAL = 20;
const CLUSTER_GOAL = 1_000_000;
const MOST_BYTES = 512;

/**
 * How fast the engine is: beside the textbook engine of the property test on the same requests in the same run; by simdistserve's
 * rules beside its own figures; a vLLM-like cluster of 8 replicas; and bytes per request.
 */
export default function bench(): BenchResult {
  const jump = [1, 10, 30].map((rate) => ({ requestsPerSecond: rate, ...besideTextbook(rate) }));
  const reference = besideSimdistserve();
  const cluster = [100, 150, 200].map((rate) => ({ requestsPerSecond: rate, perCpuSecond: clusterSpeed(rate) }));
  const bytesPerRequest = memoryPerRequest();
  // The same requests under all three loads: CPU of one engine over that of the other.
  const cpuOf = (engine: 'jump' | 'textbook'): number => jump.reduce((sum, found) => sum + 1 / found[engine], 0);
  const ratio = cpuOf('textbook') / cpuOf('jump');
  const isFast = Math.max(...cluster.map(({ perCpuSecond }) => perCpuSecond)) >= CLUSTER_GOAL;
  const ok =
    ratio >= JUMP_GOAL &&
    reference.every(({ times, goal }) => times >= goal) &&
    isFast &&
    bytesPerRequest <= MOST_BYTES;
  return { bench: 'engine', figures: { jump, reference, cluster, bytesPerRequest }, ratio, goal: JUMP_GOAL, ok };
}

const profile: LatencyProfile = loadProfile('h100-llama-3.1-8b-bf16');

/** One replica under chat requests: CPU of both engines on the same ones, and the largest difference of a time. */
function besideTextbook(rate: number): { jump: number; textbook: number; ratio: number; largestDifference: number } {
  const many = chatTrace(60_000, rate);
  const few = chatTrace(3000, rate);
  const jump = many.arrival.length / cpuSecondsOf(() => runJump(many), 3);
  const textbook = few.arrival.length / cpuSecondsOf(() => runTextbook(few), 2);
  const ends = new Map(runTextbook(few).events.map(([request, kind, at]) => [`${request}/${kind}`, at]));
  const { events } = runJump(few);
  let largestDifference = 0;
  for (let row = 0; row < events.count; row++)
    largestDifference = Math.max(
      largestDifference,
      Math.abs(events.at[row]! - (ends.get(`${events.request[row]!}/${events.kind[row]!}`) ?? NaN)),
    );
  return { jump, textbook, ratio: jump / textbook, largestDifference };
}

function runJump(trace: Trace): ReturnType<typeof openReplica> {
  const replica = openReplica({ role: 'serve', profile, requests: trace, scheduler: SCHEDULER });
  for (let request = 0; request < trace.arrival.length; request++) {
    advanceReplica(replica, trace.arrival[request]!);
    acceptRequest(replica, request, trace.arrival[request]!);
  }
  advanceReplica(replica, Infinity);
  return replica;
}

function runTextbook(trace: Trace): TextbookEngine {
  const engine = new TextbookEngine({ role: 'serve', firstToken: 'decode', profile, scheduler: SCHEDULER }, trace);
  for (let request = 0; request < trace.arrival.length; request++) {
    engine.advance(trace.arrival[request]!);
    engine.accept(request, trace.arrival[request]!);
  }
  engine.advance(Infinity);
  return engine;
}

/** Requests per CPU second by simdistserve's rules, and how many times its own figure that is. */
function besideSimdistserve(): { run: string; perCpuSecond: number; stated: number; times: number; goal: number }[] {
  const file = sharedFile('data/reference-simulation/simdistserve-chat-poisson.json');
  const reference = JSON.parse(readFileSync(file, 'utf8')) as ReferenceFile;
  const settings = ['pd-1P1D', 'pd-2P1D', 'pd-1P2D'].flatMap((setting) =>
    [4, 5, 6].map((rate) => ({ setting, rate, goal: 2000 })),
  );
  return [...settings, { setting: 'pd-4P4D', rate: 32, goal: 500 }].map(({ setting, rate, goal }) => {
    const stated = reference.results.find((run) => run.setting === setting && run.rate === rate)!;
    const workload = readWorkload(file, reference.workloads[stated.workload]!.file);
    const requests = workload.arrivalUnit.length;
    const once = cpuSecondsOf(() => {
      for (let i = 0; i < 50; i++) runSimdistserve(reference, workload, setting, rate);
    }, 4);
    const perCpuSecond = (50 * requests) / once;
    const statedSpeed = requests / stated.cpu_sim_s;
    return {
      run: `${setting} at ${rate}/s`,
      perCpuSecond,
      stated: statedSpeed,
      times: perCpuSecond / statedSpeed,
      goal,
    };
  });
}

function clusterSpeed(rate: number): number {
  const trace = chatTrace(100_000, rate);
  return trace.arrival.length / cpuSecondsOf(() => simulate(trace, { profile, counts: { serve: 8 } }), 4);
}

/** Bytes that a simulation holds for each request, its results included, its trace not. */
function memoryPerRequest(): number {
  const trace = chatTrace(400_000, 150);
  const used = (): number => {
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const before = used();
  const results = simulate(trace, { profile, counts: { serve: 8 } });
  return (used() - before) / results.outcome.length;
}
