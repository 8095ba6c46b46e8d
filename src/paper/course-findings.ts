import { mean } from '../base/index.js';
import { findingOf, isAbove, type Finding } from './finding.js';
import {
  finishedRequests,
  milliseconds,
  percent,
  TIMEOUT_SECONDS,
  tokenLatencyOf,
  type EngineRun,
} from './single-gpu.js';

/** A measure within this share of the constant run's has hardly moved. */
const HARDLY = 0.1;
const STRETCHES = 6;

/**
 * What paper 5.2 says of α, held against the runs named `constant`, `α quadratic` (a passing change), `α linear` (a lasting one) and
 * `α quadratic, same rate` (a passing change of burstiness alone).
 */
export function courseFindings(runs: readonly EngineRun[]): Finding[] {
  const of = (name: string): EngineRun => runs.find((run) => run.name === name)!;
  const [base, passing, lasting] = [of('constant'), of('α quadratic'), of('α linear')];
  const burstsAlone = of('α quadratic, same rate');
  return [
    failsSuddenly('A minor, passing (quadratic) change of α can lead to sudden request failures.', base, passing),
    failsSuddenly('So can a change of the variation of gaps (CV): burstiness at the same rate.', base, burstsAlone),
    hardlyMoves(base, passing, burstsAlone),
    degradesLastingly(base, passing, lasting),
  ];
}

function failsSuddenly(said: string, base: EngineRun, passing: EngineRun): Finding {
  const shares = stretches(passing).map(({ failureRate }) => failureRate);
  const [first, last, worst] = [shares[0]!, shares.at(-1)!, Math.max(...shares)];
  const ours = `${percent(passing.failureRate)} % of ${passing.requests} requests fail, against ${percent(base.failureRate)} % of ${base.requests} with a constant α; ${percent(first)} % in the first sixth of the run, ${percent(worst)} % in the worst, ${percent(last)} % in the last.`;
  const isSudden = worst > first && worst > last && passing.failureRate > base.failureRate;
  return findingOf(said, ours, isSudden, () => {
    const longest = Math.max(...finishedRequests(passing.results).map((request) => passing.results.ttft[request]!));
    return `Of the requests that finished the longest wait for a first token was ${longest.toFixed(1)} s; one fails here after ${TIMEOUT_SECONDS} s. The paper does not say when its clients gave up.`;
  });
}

function hardlyMoves(base: EngineRun, passing: EngineRun, burstsAlone: EngineRun): Finding {
  const change = (run: EngineRun, of: (run: EngineRun) => number): number => of(run) / of(base) - 1;
  const latency = (run: EngineRun): number => change(run, ({ tokenLatency }) => tokenLatency);
  const throughput = (run: EngineRun): number => change(run, (one) => one.throughput);
  const ours = `The passing change moves the token latency by ${signed(latency(passing))} and the throughput by ${signed(throughput(passing))}, over the whole run.`;
  const agrees = Math.abs(latency(passing)) <= HARDLY && Math.abs(throughput(passing)) <= HARDLY;
  const why = (): string =>
    `With β as it is a smaller α also brings more requests, ${passing.requests} for ${base.requests}, and the wait for the first token, ${passing.ttft.toFixed(1)} s for ${base.ttft.toFixed(1)} s in the mean, counts in the token latency. At the same rate burstiness moves latency by ${signed(latency(burstsAlone))} and throughput by ${signed(throughput(burstsAlone))}.`;
  return findingOf(
    `It affects average latency and throughput less (held here to ${100 * HARDLY} %).`,
    ours,
    agrees,
    why,
  );
}

function degradesLastingly(base: EngineRun, passing: EngineRun, lasting: EngineRun): Finding {
  const end = (run: EngineRun): Stretch => stretches(run).at(-1)!;
  const say = (run: EngineRun): string =>
    `${milliseconds(end(run).tokenLatency)} ms a token and ${percent(end(run).failureRate)} % failed`;
  const ours = `In the last sixth of the run: α linear ${say(lasting)}, α quadratic ${say(passing)}, constant ${say(base)}.`;
  const agrees =
    isAbove(end(lasting).tokenLatency, end(base).tokenLatency) &&
    isAbove(end(lasting).tokenLatency, end(passing).tokenLatency) &&
    end(lasting).failureRate > end(base).failureRate;
  const why = (): string =>
    `The run with the linear decline uses ${percent(lasting.kvUse)} % of the KV cache in the mean and waits ${lasting.ttft.toFixed(1)} s for a first token; the constant one ${percent(base.kvUse)} % and ${base.ttft.toFixed(1)} s.`;
  return findingOf('A linear decline of α degrades lastingly, which shows most in failures.', ours, agrees, why);
}

function signed(share: number): string {
  return `${share < 0 ? '' : '+'}${percent(share)} %`;
}

interface Stretch {
  /** Mean over the requests that finished, seconds. */
  readonly tokenLatency: number;
  readonly failureRate: number;
}

/** A run in equal parts of its time, by the requests' arrival. */
function stretches({ trace, results }: EngineRun): Stretch[] {
  const seconds = trace.endSeconds! / STRETCHES;
  const place = (request: number): number => Math.min(STRETCHES - 1, Math.floor(trace.arrival[request]! / seconds));
  const arrived = new Array<number>(STRETCHES).fill(0);
  const latencies = Array.from({ length: STRETCHES }, (): number[] => []);
  for (let request = 0; request < trace.arrival.length; request++) arrived[place(request)]!++;
  for (const request of finishedRequests(results))
    latencies[place(request)]!.push(tokenLatencyOf(trace, results, request));
  return latencies.map((known, i) => ({ tokenLatency: mean(known), failureRate: 1 - known.length / arrived[i]! }));
}
