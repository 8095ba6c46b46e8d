import { summarise, type Summary } from '../base/index.js';
import { metSlo, Outcome } from '../serving/index.js';
import type { Slo } from '../spec/index.js';
import { firstAtOrAfter, type Trace } from '../trace/index.js';
import type { PolicyRun } from './run-policy.js';

/** How a policy did on the requests that arrived during its run. */
export interface PolicyScore {
  readonly policy: string;
  /** Requests simulated: those of the trace that did not fail there. */
  readonly requests: number;
  /** Share of them that met every bound. */
  readonly attainment: number;
  /** SLO-meeting requests per second. */
  readonly goodRate: number;
  /** SLO-meeting requests per second, divided by the average number of provisioned GPUs. */
  readonly goodputPerGpu: number;
  readonly gpuHours: number;
  readonly averageGpus: number;
  readonly ttftSeconds: Summary;
  readonly tpotSeconds: Summary;
  readonly scaleEvents: number;
  /** Scale events that go against the one before: down after up, or up after down. */
  readonly reversals: number;
  /** Share of each minute's requests that met the SLO, NaN in minutes without one. */
  readonly attainmentByMinute: Float64Array;
  /** Those requests. */
  readonly requestsByMinute: Uint32Array;
}

/** Scores a run. Every policy on one trace is judged by the same arrivals. */
export function scoreRun(run: PolicyRun, trace: Trace, slo: Slo): PolicyScore {
  const met = metSlo(run.results, slo);
  const from = firstAtOrAfter(trace.arrival, run.startAt);
  const to = firstAtOrAfter(trace.arrival, run.endAt);
  const seconds = run.endAt - run.startAt;
  const minutes = Math.ceil(seconds / 60);
  const attempted = new Uint32Array(minutes);
  const good = new Uint32Array(minutes);
  for (let request = from; request < to; request++) {
    if (run.results.outcome[request] === Outcome.failedInTrace) continue;
    const minute = Math.floor((trace.arrival[request]! - run.startAt) / 60);
    attempted[minute]!++;
    good[minute]! += met[request]!;
  }
  const requests = attempted.reduce((sum, count) => sum + count, 0);
  const kept = good.reduce((sum, count) => sum + count, 0);
  const averageGpus = run.gpuSeconds / seconds;
  return {
    policy: run.policy,
    requests,
    attainment: kept / requests,
    goodRate: kept / seconds,
    goodputPerGpu: kept / seconds / averageGpus,
    gpuHours: run.gpuSeconds / 3600,
    averageGpus,
    ttftSeconds: summarise(run.results.ttft.subarray(from, to)),
    tpotSeconds: summarise(run.results.tpot.subarray(from, to)),
    scaleEvents: run.decisions.length,
    reversals: reversalsOf(run),
    attainmentByMinute: Float64Array.from(attempted, (count, minute) => (count === 0 ? NaN : good[minute]! / count)),
    requestsByMinute: attempted,
  };
}

/** Share of the requests that arrived in some of a run's minutes and met every bound; NaN when none arrived. */
export function attainmentBetween(
  { attainmentByMinute, requestsByMinute }: PolicyScore,
  fromMinute: number,
  toMinute: number,
): number {
  let good = 0;
  let requests = 0;
  for (let minute = fromMinute; minute < toMinute; minute++) {
    const count = requestsByMinute[minute] ?? 0;
    if (count === 0) continue;
    requests += count;
    good += count * attainmentByMinute[minute]!;
  }
  return good / requests;
}

function reversalsOf(run: PolicyRun): number {
  const directions = run.decisions.map(({ decision }) => decision.reason === 'scale-down');
  return directions.filter((down, i) => i > 0 && down !== directions[i - 1]).length;
}
