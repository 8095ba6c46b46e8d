import { quantileOfSorted } from '../../../src/base/index.js';
import {
  readPerRequest,
  readWorkload,
  runName,
  type ReferenceFile,
  type ReferenceRun,
  type Workload,
} from './reference-file.js';
import { runSimdistserve, type SimdistserveResult } from './run.js';

/** How the replay of one run differs from its record. */
export interface RunDifference {
  readonly run: ReferenceRun;
  /** Requests that met the SLO here and not there, or the reverse, in sum. */
  readonly requestsOff: number;
  /** The larger relative difference of both 90th percentiles. */
  readonly relativeP90: number;
  /** Iterations of all instances that differ. */
  readonly iterationsOff: number;
  /** Largest difference of a request's TTFT or TPOT in milliseconds; null where the file has none of this run. */
  readonly perRequestMs: number | null;
  readonly cpuSeconds: number;
}

/** Replays every run of a reference file by simdistserve's rules. */
export function compareRuns(file: string, reference: ReferenceFile): RunDifference[] {
  const workloads = new Map(
    Object.entries(reference.workloads).map(([name, { file: csv }]) => [name, readWorkload(file, csv)]),
  );
  const rows = reference.per_request_file ? readPerRequest(file, reference.per_request_file.file) : [];
  return reference.results.map((run) => {
    const workload = workloads.get(run.workload)!;
    const started = process.cpuUsage();
    const result = runSimdistserve(reference, workload, run.setting, run.rate);
    const { user, system } = process.cpuUsage(started);
    const own = rows.filter((row) => row.run === runName(run));
    const perRequest = own.map(({ request, ttft, tpot }) =>
      Math.max(Math.abs(result.ttft[request]! - ttft), Math.abs(result.tpot[request]! - tpot)),
    );
    return {
      run,
      requestsOff: requestsOff(reference, run, workload, result),
      relativeP90: Math.max(
        Math.abs(p90(result.ttft) / run.ttft_ms.p90 - 1),
        Math.abs(p90(result.tpot) / run.tpot_ms.p90 - 1),
      ),
      iterationsOff: result.iterations.reduce(
        (sum, count, at) => sum + Math.abs(count - (run.iterations_per_worker[at] ?? 0)),
        0,
      ),
      perRequestMs: own.length === 0 ? null : Math.max(...perRequest),
      cpuSeconds: (user + system) / 1e6,
    };
  });
}

function requestsOff(
  { workloads }: ReferenceFile,
  run: ReferenceRun,
  { arrivalUnit }: Workload,
  { ttft, tpot }: SimdistserveResult,
): number {
  const { slo } = workloads[run.workload]!;
  const met = ttft.reduce((sum, value, at) => sum + (value <= slo.ttft_ms && tpot[at]! <= slo.tpot_ms ? 1 : 0), 0);
  return Math.abs(met - Math.round(run.attainment_joint * arrivalUnit.length));
}

function p90(values: Float64Array): number {
  return quantileOfSorted(values.slice().sort(), 0.9);
}
