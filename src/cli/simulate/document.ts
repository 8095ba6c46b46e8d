import { summarise, type Summary } from '../../base/index.js';
import {
  beyondRange,
  Outcome,
  sloAttainment,
  type LatencyProfile,
  type SimulationResults,
} from '../../serving/index.js';
import type { InstanceCounts, Slo } from '../../spec/index.js';
import { failedCount, requestCount, type Trace } from '../../trace/index.js';
import { formatCount, formatNumber, formatTable, print } from '../output.js';
import { formatCounts } from '../serving-options.js';

/** What `foresail simulate` says of one deployment under one policy. */
export interface SimulateDocument {
  readonly requests: number;
  readonly finished: number;
  /** All that did not finish: failed in the trace, refused, timed out, or never served. */
  readonly failed: number;
  readonly failedInTrace: number;
  readonly refused: number;
  readonly timedOut: number;
  readonly attainment: number | null;
  readonly slo: Slo;
  readonly deployment: InstanceCounts;
  readonly ttftSeconds: Summary;
  readonly tpotSeconds: Summary;
  readonly e2eSeconds: Summary;
  readonly gpuSeconds: number;
  readonly endSeconds: number;
  readonly instances: readonly object[];
  /** Where the simulation went beyond what its profile was measured on, one line each. */
  readonly beyondProfile: readonly string[];
}

/** Counts and summaries of a simulation. */
export function describeSimulation(
  trace: Trace,
  counts: InstanceCounts,
  slo: Slo,
  profile: LatencyProfile,
  results: SimulationResults,
): SimulateDocument {
  const tally = (...kinds: number[]): number =>
    results.outcome.reduce((sum, kind) => sum + (kinds.includes(kind) ? 1 : 0), 0);
  const attainment = sloAttainment(results, slo);
  const finished = tally(Outcome.finished);
  return {
    requests: requestCount(trace),
    finished,
    failed: requestCount(trace) - finished,
    failedInTrace: failedCount(trace),
    refused: tally(Outcome.tooLongForModel, Outcome.tooLongForCache),
    timedOut: tally(Outcome.timedOut),
    attainment: Number.isNaN(attainment) ? null : attainment,
    slo,
    deployment: counts,
    ttftSeconds: summarise(results.ttft),
    tpotSeconds: summarise(results.tpot),
    e2eSeconds: summarise(results.e2e),
    gpuSeconds: results.gpuSeconds,
    endSeconds: results.endedAt,
    instances: results.instances,
    beyondProfile: beyondRange(
      profile,
      results.instances.map(({ steps }) => steps),
    ),
  };
}

/** Prints it for people. */
export function printSimulation(document: SimulateDocument, profile: string): void {
  const { requests, finished, failedInTrace, refused, timedOut, attainment, deployment, gpuSeconds } = document;
  print(`${formatCounts(deployment)}, ${profile}`);
  print(
    `${formatCount(requests)} requests: ${formatCount(finished)} finished, ${formatCount(failedInTrace)} failed in the trace, ${formatCount(refused)} too long${timedOut > 0 ? `, ${formatCount(timedOut)} timed out` : ''}`,
  );
  print();
  const row = (name: string, { mean, p50, p90, p99 }: Summary): string[] => [
    name,
    ...[mean, p50, p90, p99].map(milliseconds),
  ];
  const { ttftSeconds, tpotSeconds, e2eSeconds } = document;
  print(
    formatTable(
      ['ms', 'mean', 'p50', 'p90', 'p99'],
      [row('TTFT', ttftSeconds), row('TPOT', tpotSeconds), row('E2E', e2eSeconds)],
    ),
  );
  print();
  print(`SLO attainment ${percentOf(attainment)} %, ${formatNumber(gpuSeconds / 3600, 2)} GPU-hours`);
  for (const line of document.beyondProfile) print(`note: ${line}`);
}

function milliseconds(value: number | null): string {
  return formatNumber(value === null ? null : value * 1000, 1);
}

function percentOf(attainment: number | null): string {
  return attainment === null ? '-' : formatNumber(attainment * 100, 1);
}
