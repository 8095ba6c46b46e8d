import { Command } from 'commander';
import { formatDuration, InputError, parseDuration } from '../base/index.js';
import { FORECASTER_NAMES, QUANTILE_LEVELS } from '../forecast/index.js';
import {
  bindingText,
  formatCounts as formatSplit,
  type FleetLimits,
  type PlanPath,
  type SimulatedPlan,
} from '../plan/index.js';
import { meanLaunchSeconds } from '../serving/index.js';
import { parseRatio, type InstanceCounts } from '../spec/index.js';
import { embeddedTracePath, observedSpan, requestCount, type Trace } from '../trace/index.js';
import { oneOf, wholeNumber } from './numbers.js';
import { formatNumber, formatTable, print, printJson } from './output.js';
import type { PlanAnswer, PlanQuestion } from '../api/index.js';
import { withProgress } from './progress.js';
import { addServingOptions, readServingOptions, type ServingFlags } from './serving-options.js';
import { COLUMNS_OPTION, readTraceInput } from './trace-input.js';

interface PlanFlags extends ServingFlags {
  readonly at?: string;
  readonly horizon: string;
  readonly step: string;
  readonly model: string;
  readonly quantile: string;
  readonly launchTime?: string;
  readonly ratio?: string;
  readonly beamWidth: string;
  readonly seed: string;
  readonly columns?: string;
  readonly skipBadRows?: boolean;
  readonly json?: boolean;
}

const DEFAULT_GPUS = 8;

const EXAMPLES = `
Examples:
  foresail plan --rate 60 --slo ttft=1s,tpot=15ms
  foresail plan trace.csv --rate 40 --gpus 8 --prefill 2 --decode 4 --at 6.4d
  foresail plan trace.csv --rate 40 --gpus 8 --serve 3 --horizon 20m --launch-time 3m --json`;

/** `foresail plan [TRACE]`: instances by role for each step after a moment, by beam search over simulated serving. */
export function planCommand(): Command {
  const command = new Command('plan').argument('[trace]', 'request trace (default: the modelled week)');
  return addServingOptions(command)
    .description(
      'Forecasts the load after a moment and plans instances for it. --gpus is the budget; --prefill and --decode, or --serve, are what runs at that moment; --rate scales the load to this mean rate over the trace.',
    )
    .option('--at <time>', 'plan from this long after the start of the trace, such as 6.4d (default: its end)')
    .option('--horizon <time>', 'how far to plan', '10m')
    .option('--step <time>', 'how often targets may change', '1m')
    .option('--model <name>', `forecaster: ${FORECASTER_NAMES.join(', ')}`, 'ensemble')
    .option('--quantile <level>', `level to be ready for: ${QUANTILE_LEVELS.join(', ')}`, '0.9')
    .option('--launch-time <time>', 'from asking for an instance to its first request (default: of the profile)')
    .option('--ratio <range>', 'allowed prefill:decode ratios, such as 1:6..6:1')
    .option('--beam-width <n>', 'paths that the search keeps', '16')
    .option('--seed <n>', 'seed of everything random', '1')
    .option(...COLUMNS_OPTION)
    .option('--skip-bad-rows', 'count bad rows instead of stopping at the first')
    .option('--json', 'print one JSON document')
    .addHelpText('after', EXAMPLES)
    .action(run);
}

async function run(file: string | undefined, flags: PlanFlags): Promise<void> {
  const { makePlan } = await import('../api/index.js');
  const question = await readQuestion(file ?? embeddedTracePath(), flags);
  const answer = await withProgress('plan', (tell) => makePlan(question, tell));
  if (flags.json) printJson('plan', documentOf(question, answer));
  else printForPeople(question, answer, file ?? 'the modelled week');
}

async function readQuestion(file: string, flags: PlanFlags): Promise<PlanQuestion> {
  const { gpus: budget = String(DEFAULT_GPUS), ...rest } = flags;
  const maxGpus = wholeNumber('--gpus', budget, 1, 1024);
  const { counts: present, slo, rate, deployment } = readServingOptions(rest);
  const stepSeconds = parseDuration(flags.step, '--step');
  const steps = Math.round(parseDuration(flags.horizon, '--horizon') / stepSeconds);
  if (steps < 1 || steps > 120)
    throw new InputError(`--horizon must be 1 to 120 steps of ${flags.step}, got "${flags.horizon}"`);
  const limits = limitsOf(present, maxGpus, deployment.profile.tensorParallel ?? 1, flags.ratio);
  const launchSeconds =
    flags.launchTime === undefined
      ? meanLaunchSeconds(deployment.profile)
      : parseDuration(flags.launchTime, '--launch-time');
  const { trace } = await readTraceInput(file, flags);
  return {
    ...{ trace, originAt: originOf(trace, flags.at, stepSeconds), factor: rate === null ? 1 : rate / meanRate(trace) },
    ...{ limits, present, deployment, slo, stepSeconds, steps, launchSeconds },
    model: oneOf('--model', FORECASTER_NAMES, flags.model),
    quantile: Number(oneOf('--quantile', QUANTILE_LEVELS.map(String), flags.quantile)),
    beamWidth: wholeNumber('--beam-width', flags.beamWidth, 1, 1000),
    seed: wholeNumber('--seed', flags.seed, 0, Number.MAX_SAFE_INTEGER),
  };
}

function limitsOf(
  present: InstanceCounts | null,
  maxGpus: number,
  gpusPerReplica: number,
  ratio: string | undefined,
): FleetLimits {
  const used = Object.values(present ?? {}).reduce((sum, count) => sum + count, 0);
  if (used * gpusPerReplica > maxGpus)
    throw new InputError(`--gpus is ${maxGpus}, but ${used} instances of ${gpusPerReplica} are said to run`);
  const role = { minReplicas: 1, maxReplicas: Math.floor(maxGpus / gpusPerReplica), gpusPerReplica };
  if (present?.serve !== undefined) {
    if (ratio !== undefined) throw new InputError('--ratio is for prefill and decode instances, not for --serve');
    return { roles: { serve: role }, maxGpus };
  }
  return { roles: { prefill: role, decode: role }, maxGpus, ratio: ratio === undefined ? undefined : readRatio(ratio) };
}

function readRatio(text: string): { min: number; max: number } {
  const [least, most, ...rest] = text.split('..');
  if (least === undefined || most === undefined || rest.length > 0)
    throw new InputError(`--ratio must be two ratios such as 1:6..6:1, got "${text}"`);
  const min = parseRatio(least);
  const max = parseRatio(most);
  return { min: min.prefill / min.decode, max: max.prefill / max.decode };
}

function originOf(trace: Trace, at: string | undefined, stepSeconds: number): number {
  const { start, end } = observedSpan(trace);
  const origin = at === undefined ? end : start + Math.round(1000 * parseDuration(at, '--at')) / 1000;
  if (end - start < stepSeconds)
    throw new InputError(
      `the trace is ${formatNumber(end - start, 0)} s long, shorter than one --step of ${formatDuration(stepSeconds)}`,
    );
  if (origin > end || origin < start + stepSeconds)
    throw new InputError(
      `--at must be from one step to ${formatNumber(end - start, 0)} s after the start of the trace, got "${at ?? ''}"`,
    );
  return origin;
}

function meanRate(trace: Trace): number {
  const { start, end } = observedSpan(trace);
  return requestCount(trace) / (end - start);
}

function documentOf(question: PlanQuestion, answer: PlanAnswer): object {
  const { plan, demand, present, bestStatic, staticsCompared } = answer;
  const { trace, originAt, factor, stepSeconds } = question;
  const atStep = (step: number): number => originAt + step * stepSeconds;
  const path = ({ steps, predictedAttainment, gpuSeconds }: PlanPath, simulated: SimulatedPlan | null): object => ({
    steps: steps.map((counts, step) => ({ atSeconds: atStep(step), ...counts })),
    ...{ predictedAttainment, gpuSeconds, simulated },
  });
  return {
    ...{ startEpochSeconds: trace.startEpochSeconds, loadFactor: factor, present, slo: question.slo },
    steps: plan.steps.map((counts, step) => ({
      atSeconds: atStep(step),
      ...counts,
      expectedRate: demand.expected[step],
      plannedRate: demand.high[step],
    })),
    ...{ predictedAttainment: plan.predictedAttainment, gpuSeconds: plan.gpuSeconds, simulated: answer.simulated },
    runnerUp: plan.runnerUp && path(plan.runnerUp, answer.simulatedRunnerUp),
    binding: plan.binding,
    bestStatic: { ...path(bestStatic, answer.simulatedStatic), of: staticsCompared },
  };
}

function printForPeople(question: PlanQuestion, answer: PlanAnswer, source: string): void {
  const { plan, demand, bestStatic } = answer;
  const { originAt, factor, stepSeconds, launchSeconds } = question;
  print(
    `Plan from ${formatNumber(originAt / 3600, 1)} h into ${source}, load times ${formatNumber(factor, 1)}, from ${formatSplit(answer.present)}; launch time ${formatNumber(launchSeconds, 0)} s\n`,
  );
  const rows = plan.steps.map((counts, step) => [
    step === 0 ? 'now' : `+${formatDuration(step * stepSeconds)}`,
    formatNumber(demand.expected[step], 2),
    formatNumber(demand.high[step], 2),
    formatSplit(counts),
  ]);
  const title = plan.steps[0]?.serve === undefined ? 'prefill:decode' : 'serve';
  print(formatTable(['from', 'expected req/s', `P${question.quantile * 100} req/s`, title], rows));
  const paths: [string, PlanPath, SimulatedPlan | null][] = [
    ['the plan', plan, answer.simulated],
    [`best of ${answer.staticsCompared} static: ${formatSplit(bestStatic.counts)}`, bestStatic, answer.simulatedStatic],
  ];
  if (plan.runnerUp)
    paths.push([
      `runner-up: starts with ${formatSplit(plan.runnerUp.steps[0] ?? {})}`,
      plan.runnerUp,
      answer.simulatedRunnerUp,
    ]);
  print();
  print(
    formatTable(
      ['', 'in SLO, predicted', 'simulated', 'GPU seconds'],
      paths.map(([name, path, simulated]) => [
        name,
        percent(path.predictedAttainment),
        percent(simulated?.attainment ?? NaN),
        formatNumber(path.gpuSeconds, 0),
      ]),
    ),
  );
  print(`\nlimited by: ${bindingText(plan.binding)}`);
}

function percent(share: number): string {
  return Number.isNaN(share) ? '-' : `${formatNumber(share * 100, 1)} %`;
}
