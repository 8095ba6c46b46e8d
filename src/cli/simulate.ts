import { Command } from 'commander';
import { InputError } from '../base/index.js';
import {
  requestLogText,
  simulateByBins,
  type StaticDeployment,
  type TimedSimulation,
  type Timeline,
} from '../serving/index.js';
import type { Slo } from '../spec/index.js';
import { observedSpan, requestCount, type Trace } from '../trace/index.js';
import { wholeNumber } from './numbers.js';
import { printJson, writeText } from './output.js';
import { withProgress, type ReportProgress } from './progress.js';
import { addServingOptions, readServingOptions, type ServingFlags } from './serving-options.js';
import { describeSimulation, printSimulation } from './simulate/document.js';
import { comparePolicies, policiesReport, printPolicies } from './simulate/policies.js';
import { simulationReport } from './simulate/report.js';
import { cutTrace, scaleToRate } from './trace-window.js';
import { COLUMNS_OPTION, readTraceInput } from './trace-input.js';

interface SimulateFlags extends ServingFlags {
  readonly from?: string;
  readonly for?: string;
  readonly scaling: string;
  readonly seed: string;
  readonly columns?: string;
  readonly skipBadRows?: boolean;
  readonly comparePolicies?: boolean;
  readonly report?: string;
  readonly log?: string;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  foresail simulate trace.csv --serve 4
  foresail simulate trace.csv --prefill 2 --decode 6 --rate 60 --from 3d --for 2h --slo ttft=2s,tpot=50ms
  foresail simulate trace.csv --serve 2 --compare-policies
  foresail simulate trace.csv --serve 2 --profile h100-llama-2-13b-bf16 --json`;

/** Most bins of a timeline. */
const MOST_BINS = 20_160;

/** `foresail simulate TRACE`: what a fixed deployment does with a trace. */
export function simulateCommand(): Command {
  return addServingOptions(new Command('simulate').argument('<trace>', 'request trace (CSV, plain or gzip)'))
    .description('Simulates a trace on a fixed deployment: latency, SLO attainment and GPU time.')
    .option('--from <time>', 'start this long after the start of the trace, such as 3d')
    .option('--for <time>', 'length of the part to simulate, such as 2h')
    .option(
      '--scaling <kind>',
      'how --rate is reached: load (time is kept), rps (time shrinks) or modelled (drawn anew)',
      'load',
    )
    .option('--seed <n>', 'seed of load scaling', '1')
    .option(...COLUMNS_OPTION)
    .option('--skip-bad-rows', 'count bad rows instead of stopping at the first')
    .option('--compare-policies', 'the same requests under every scheduling policy, side by side')
    .option('--log <file>', 'write every request with its latencies, as `foresail profile fit` reads them')
    .option('--report <file>', 'write an HTML page with queue, batch, KV use and attainment over time')
    .option('--json', 'print one JSON document')
    .addHelpText('after', EXAMPLES)
    .action(run);
}

async function run(file: string, flags: SimulateFlags): Promise<void> {
  const choice = readServingOptions(flags);
  const counts = choice.counts ?? { serve: choice.instances ?? 1 };
  wholeNumber('--seed', flags.seed, 0, Number.MAX_SAFE_INTEGER);
  if (flags.scaling === 'rps' && choice.rate === null) throw new InputError('--scaling rps needs a --rate to scale to');
  if (flags.comparePolicies && flags.log !== undefined)
    throw new InputError('--log keeps one run: give it without --compare-policies, and with the --policy meant');
  const { trace: whole, report } = await readTraceInput(file, flags);
  const trace = scaleToRate(cutTrace(whole, flags), choice.rate, flags);
  const deployment = { ...choice.deployment, counts };
  if (flags.comparePolicies) {
    await runPolicies(trace, deployment, choice.slo, flags);
    return;
  }
  const { results, timeline } = await withProgress('simulate', (tell) =>
    simulateTimed(trace, deployment, choice.slo, tell),
  );
  const { profile } = choice.deployment;
  const document = describeSimulation(trace, counts, choice.slo, profile, results);
  if (flags.report !== undefined)
    await writeText(
      flags.report,
      await simulationReport(document, timeline, profile.name, trace.startEpochSeconds, trace.timeZone),
    );
  if (flags.log !== undefined) await writeText(flags.log, requestLogText(trace, results));
  const { badRows } = report;
  if (flags.json) printJson('simulate', { ...document, badRows, profile: profile.name, timeline: asJson(timeline) });
  else printSimulation(document, profile.name);
}

/** The same requests under every scheduling policy. */
async function runPolicies(trace: Trace, deployment: StaticDeployment, slo: Slo, flags: SimulateFlags): Promise<void> {
  const profile = deployment.profile.name;
  const compared = await withProgress('simulate', (tell) =>
    comparePolicies(trace, deployment, slo, timelineBin(trace), tell),
  );
  if (flags.report !== undefined)
    await writeText(flags.report, await policiesReport(compared, profile, trace.startEpochSeconds, trace.timeZone));
  const { runs: policies, beyondProfile } = compared;
  if (flags.json) printJson('simulate', { requests: requestCount(trace), profile, policies, beyondProfile });
  else printPolicies(compared, profile);
}

function asJson({ attainment, ttft, e2e, ...timeline }: Timeline): object {
  const known = (values: Float64Array): (number | null)[] =>
    Array.from(values, (value) => (Number.isNaN(value) ? null : value));
  return { ...timeline, attainment: known(attainment), ttftSeconds: known(ttft), e2eSeconds: known(e2e) };
}

/** Bins of the timeline: minutes, or as many of them as keep a long trace's timeline short. */
function timelineBin(trace: Trace): number {
  const { start, end } = observedSpan(trace);
  return 60 * Math.max(1, Math.ceil((end - start) / 60 / MOST_BINS));
}

async function simulateTimed(
  trace: Trace,
  deployment: StaticDeployment,
  slo: Slo,
  tell: ReportProgress,
): Promise<TimedSimulation> {
  const run = simulateByBins(trace, deployment, slo, timelineBin(trace));
  for (let told = 0; ;) {
    const { done, value } = run.next();
    if (done) return value;
    if (value - told < 0.01) continue;
    told = value;
    tell(value * 100, 100, 'of the trace');
    await new Promise(setImmediate); // the progress bar draws
  }
}
