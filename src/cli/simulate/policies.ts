import { htmlReport, linesChart, makeFigure, type ReportTable } from '../../report/index.js';
import {
  beyondRange,
  SCHEDULING_POLICIES,
  simulateByBins,
  type SchedulingPolicy,
  type StaticDeployment,
  type StepRange,
  type Timeline,
} from '../../serving/index.js';
import type { Slo } from '../../spec/index.js';
import type { Trace } from '../../trace/index.js';
import { formatCount, formatNumber, formatTable, print } from '../output.js';
import type { ReportProgress } from '../progress.js';
import { formatCounts } from '../serving-options.js';
import { describeSimulation, type SimulateDocument } from './document.js';

/** The same requests under one policy. */
export interface PolicyRun extends SimulateDocument {
  readonly policy: SchedulingPolicy;
}

/** The same requests under every policy. */
export interface PolicyComparison {
  readonly runs: readonly PolicyRun[];
  readonly timelines: readonly Timeline[];
  /** Where any of them left what the profile was measured on, one line each. */
  readonly beyondProfile: readonly string[];
}

/** Simulates a trace under every policy, one after the other. */
export async function comparePolicies(
  trace: Trace,
  deployment: StaticDeployment,
  slo: Slo,
  binSeconds: number,
  tell: ReportProgress,
): Promise<PolicyComparison> {
  const { profile, counts } = deployment;
  const runs: PolicyRun[] = [];
  const timelines: Timeline[] = [];
  const steps: StepRange[] = [];
  for (const policy of SCHEDULING_POLICIES) {
    const bins = simulateByBins(trace, { ...deployment, policy }, slo, binSeconds);
    let step = bins.next();
    while (!step.done) step = bins.next();
    const { results, timeline } = step.value;
    runs.push({ policy, ...describeSimulation(trace, counts, slo, profile, results) });
    timelines.push(timeline);
    steps.push(...results.instances.map((instance) => instance.steps));
    tell(runs.length, SCHEDULING_POLICIES.length, 'policies');
    await new Promise(setImmediate); // the progress bar draws
  }
  return { runs, timelines, beyondProfile: beyondRange(profile, steps) };
}

/** Prints them side by side for people. */
export function printPolicies({ runs, beyondProfile }: PolicyComparison, profile: string): void {
  print(`${formatCounts(runs[0]!.deployment)}, ${profile}; ${formatCount(runs[0]!.requests)} requests`);
  print();
  const { header, rows } = tableOf(runs);
  const decimals = (column: number): number => (column === header.length - 1 ? 0 : 1);
  const cells = rows.map((row) =>
    row.map((cell, column) => (typeof cell === 'string' ? cell : formatNumber(cell, decimals(column)))),
  );
  print(formatTable(header, cells));
  for (const line of beyondProfile) print(`${line === beyondProfile[0] ? '\n' : ''}note: ${line}`);
}

/** One HTML page with the policies side by side: their latencies, and how queue and attainment went under each. */
export async function policiesReport(
  { runs, timelines, beyondProfile }: PolicyComparison,
  profile: string,
  startEpochSeconds: number | null,
  timeZone: string,
): Promise<string> {
  const { binSeconds, startSeconds: fromSeconds } = timelines[0]!;
  const grid = { startEpochSeconds, timeZone, binSeconds, fromSeconds };
  const seriesOf = (of: (timeline: Timeline) => Float64Array): { name: string; values: Float64Array }[] =>
    runs.map(({ policy }, i) => ({ name: policy, values: of(timelines[i]!) }));
  const waiting = ({ roles }: Timeline): Float64Array =>
    Object.values(roles)
      .map(({ queue }) => queue)
      .reduce((sum, queue) => sum.map((value, bin) => value + queue[bin]!));
  const attained = seriesOf(({ attainment }) => attainment.map((value) => value * 100));
  return htmlReport({
    title: 'Scheduling policies',
    subtitle: `${formatCounts(runs[0]!.deployment)}, ${profile}; ${formatCount(runs[0]!.requests)} requests`,
    sections: [
      { heading: 'Side by side', text: beyondProfile, tables: [tableOf(runs)] },
      {
        heading: 'Over time',
        figures: [
          await makeFigure(
            linesChart,
            { title: 'SLO attainment', grid, series: attained, measure: '%' },
            'Share of the requests that arrived in each bin.',
          ),
          await makeFigure(
            linesChart,
            { title: 'Waiting requests', grid, series: seriesOf(waiting), measure: 'requests' },
            'At the end of each bin, at the router and on instances.',
          ),
        ],
      },
    ],
    footer: 'Simulated by foresail; step times from the latency profile.',
  });
}

function tableOf(runs: readonly PolicyRun[]): ReportTable {
  const tenths = (value: number | null, scale: number): number | null =>
    value === null ? null : Math.round(value * scale * 10) / 10;
  return {
    header: [
      'policy',
      'attainment %',
      ...['mean TTFT ms', 'p90 TTFT', 'mean TPOT', 'p90 TPOT', 'mean E2E', 'p90 E2E'],
      'failed',
    ],
    rows: runs.map(({ policy, attainment, ttftSeconds, tpotSeconds, e2eSeconds, failed }) => [
      policy,
      tenths(attainment, 100),
      ...[ttftSeconds, tpotSeconds, e2eSeconds].flatMap(({ mean, p90 }) => [tenths(mean, 1000), tenths(p90, 1000)]),
      failed,
    ]),
  };
}
