import { Command } from 'commander';
import { summarise, type Summary } from '../base/index.js';
import {
  advanceCluster,
  finishCluster,
  openStatic,
  Outcome,
  sloAttainment,
  type SimulationResults,
  type StaticDeployment,
} from '../serving/index.js';
import type { InstanceCounts, Slo } from '../spec/index.js';
import { failedCount, readTrace, requestCount, type Trace } from '../trace/index.js';
import { oneOf } from './numbers.js';
import { formatCount, formatNumber, formatTable, print, printJson } from './output.js';
import { withProgress, type ReportProgress } from './progress.js';
import { cutTrace, scaleToRate } from './trace-window.js';
import { addServingOptions, formatCounts, readServingOptions, type ServingFlags } from './serving-options.js';

interface SimulateFlags extends ServingFlags {
  readonly from?: string;
  readonly for?: string;
  readonly scaling: string;
  readonly seed: string;
  readonly skipBadRows?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  foresail simulate trace.csv --serve 4
  foresail simulate trace.csv --prefill 2 --decode 6 --rate 60 --from 3d --for 2h --slo ttft=2s,tpot=50ms
  foresail simulate trace.csv --serve 2 --profile h100-llama-2-13b-bf16 --json`;

const SLICES = 100;

/** `foresail simulate TRACE`: what a fixed deployment does with a trace. */
export function simulateCommand(): Command {
  return addServingOptions(new Command('simulate').argument('<trace>', 'request trace (CSV, plain or gzip)'))
    .description('Simulates a trace on a fixed deployment: latency, SLO attainment and GPU time.')
    .option('--from <time>', 'start this long after the start of the trace, such as 3d')
    .option('--for <time>', 'length of the part to simulate, such as 2h')
    .option('--scaling <kind>', 'how --rate is reached: load (time is kept) or rps (time shrinks)', 'load')
    .option('--seed <n>', 'seed of load scaling', '1')
    .option('--skip-bad-rows', 'count bad rows instead of stopping at the first')
    .option('--json', 'print one JSON document')
    .addHelpText('after', EXAMPLES)
    .action(run);
}

async function run(file: string, flags: SimulateFlags): Promise<void> {
  const choice = readServingOptions(flags);
  const counts = choice.counts ?? { serve: choice.gpus ?? 1 };
  oneOf('--scaling', ['load', 'rps'], flags.scaling);
  const { trace: whole, report } = await readTrace(file, { skipBadRows: flags.skipBadRows ?? false });
  const trace = scaleToRate(cutTrace(whole, flags), choice.rate, flags);
  const results = await withProgress('simulate', (tell) =>
    simulateInSlices(trace, { ...choice.deployment, counts }, tell),
  );
  const document = describe(trace, counts, choice.slo, results);
  const profile = choice.deployment.profile.name;
  if (flags.json) printJson('simulate', { ...document, badRows: report.badRows, profile });
  else printForPeople(document, profile);
}

async function simulateInSlices(
  trace: Trace,
  deployment: StaticDeployment,
  tell: ReportProgress,
): Promise<SimulationResults> {
  const cluster = openStatic(trace, deployment);
  const last = trace.arrival.at(-1) ?? cluster.startAt;
  for (let slice = 1; slice < SLICES && last > cluster.startAt; slice++) {
    advanceCluster(cluster, cluster.startAt + ((last - cluster.startAt) * slice) / SLICES);
    tell(slice, SLICES, 'of the trace');
    await new Promise(setImmediate); // the progress bar draws
  }
  return finishCluster(cluster);
}

interface SimulateDocument {
  readonly requests: number;
  readonly finished: number;
  /** All that did not finish: failed in the trace, refused, or never served. */
  readonly failed: number;
  readonly failedInTrace: number;
  readonly refused: number;
  readonly attainment: number | null;
  readonly slo: Slo;
  readonly deployment: InstanceCounts;
  readonly ttftSeconds: Summary;
  readonly tpotSeconds: Summary;
  readonly e2eSeconds: Summary;
  readonly gpuSeconds: number;
  readonly endSeconds: number;
  readonly instances: readonly object[];
}

function describe(trace: Trace, counts: InstanceCounts, slo: Slo, results: SimulationResults): SimulateDocument {
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
    attainment: Number.isNaN(attainment) ? null : attainment,
    slo,
    deployment: counts,
    ttftSeconds: summarise(results.ttft),
    tpotSeconds: summarise(results.tpot),
    e2eSeconds: summarise(results.e2e),
    gpuSeconds: results.gpuSeconds,
    endSeconds: results.endedAt,
    instances: results.instances,
  };
}

function printForPeople(document: SimulateDocument, profile: string): void {
  const { requests, finished, failedInTrace, refused, attainment, deployment, gpuSeconds } = document;
  print(`${formatCounts(deployment)}, ${profile}`);
  print(
    `${formatCount(requests)} requests: ${formatCount(finished)} finished, ${formatCount(failedInTrace)} failed in the trace, ${formatCount(refused)} too long`,
  );
  print();
  const milliseconds = (value: number | null): string => formatNumber(value === null ? null : value * 1000, 1);
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
  print(
    `SLO attainment ${attainment === null ? '-' : `${formatNumber(attainment * 100, 1)} %`}, ${formatNumber(gpuSeconds / 3600, 2)} GPU-hours`,
  );
}
