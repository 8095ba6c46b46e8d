import { formatDuration, mean } from '../../base/index.js';
import { bindingText, formatCounts, type PlanPath } from '../../plan/index.js';
import type { Slo } from '../../spec/index.js';
import { failedCount, observedSpan, requestCount, type Trace } from '../../trace/index.js';
import { formatCount, formatNumber, formatTable } from '../output.js';
import { attainmentBetween, type ReplayResult, type ReplayWindow } from '../../contest/index.js';
import type { CapacityStage } from './capacity-stage.js';
import type { ForecastStage } from './forecast-stage.js';
import type { PlanStage } from './plan-stage.js';
import type { Scenario } from './scenario-stage.js';
import { DEMO } from './settings.js';

/** What the trace holds. */
export function traceText(trace: Trace, name: string): string {
  const served = trace.outputTokens.filter((tokens) => tokens > 0);
  const prompts = trace.promptTokens.filter((_, row) => trace.outputTokens[row]! > 0);
  const count = (codes: Uint8Array, code: number): number =>
    codes.reduce((sum, found) => sum + (found === code ? 1 : 0), 0);
  const parts = (codes: Uint8Array, names: readonly string[]): string =>
    names.map((label, code) => `${label} ${formatCount(count(codes, code))}`).join(', ');
  return [
    `1. The trace: ${name}`,
    `   ${formatCount(requestCount(trace))} requests in ${spanText(trace)}, ${formatCount(failedCount(trace))} of them failed`,
    `   services: ${parts(trace.service, trace.serviceNames)}; models: ${parts(trace.model, trace.modelNames)}`,
    `   mean of served requests: ${formatNumber(mean(prompts), 0)} prompt and ${formatNumber(mean(served), 0)} response tokens`,
  ].join('\n');
}

/** How long a trace is, in days, or in hours when it is shorter than two. */
export function spanText(trace: Trace): string {
  const { start, end } = observedSpan(trace);
  const hours = (end - start) / 3600;
  return hours < 48 ? `${formatNumber(hours, 1)} hours` : `${formatNumber(hours / 24, 1)} days`;
}

/** The backtest table: the best of each column has a star. */
export function forecastText({ target, trainBins, scores }: ForecastStage): string {
  const { header, rows } = backtestTable(scores);
  const bins = formatDuration(target.binSeconds);
  return [
    `2. Forecasts, one ${bins} bin ahead: fitted once on the first ${formatCount(trainBins)} bins, scored on the other ${formatCount(target.values.length - trainBins)}`,
    indent(formatTable(header, rows)),
  ].join('\n');
}

/** Scores as text, shared by the terminal and the report. */
export function backtestTable(scores: ForecastStage['scores']): { header: string[]; rows: string[][] } {
  const best = (pick: (score: ForecastStage['scores'][number]) => number | null): number =>
    Math.min(...scores.map((score) => pick(score) ?? Infinity));
  const bestNmae = best(({ nmae }) => nmae);
  const bestNmse = best(({ nmse }) => nmse);
  const starred = (value: number | null, low: number): string => `${formatNumber(value)}${value === low ? ' *' : '  '}`;
  const rows = scores.map((score) => [
    score.model,
    starred(score.nmae, bestNmae),
    starred(score.nmse, bestNmse),
    formatNumber(score.bias),
    score.p90Coverage === null ? '-' : `${formatNumber(score.p90Coverage * 100, 1)} %`,
  ]);
  return { header: ['model', 'NMAE  ', 'NMSE  ', 'bias', 'P90 covers'], rows };
}

/** Goodput of the splits that use every GPU. */
export function capacityText({ splits }: CapacityStage, slo: Slo, profile: string): string {
  const most = Math.max(...splits.map(({ goodput }) => goodput));
  const rows = splits.map(({ counts, goodput }) => [
    formatCounts(counts),
    formatNumber(goodput, 1),
    formatNumber(goodput / ((counts.prefill ?? 0) + (counts.decode ?? 0)), 1),
    '#'.repeat(Math.round((30 * goodput) / most)),
  ]);
  return [
    `3. Goodput of every prefill:decode split on ${profile}, ${sloText(slo)}`,
    indent(formatTable(['split', 'requests/s', 'per GPU', '.'.repeat(30)], rows)),
  ].join('\n');
}

/** An SLO for people. */
export function sloText({ ttft, tpot, e2e, attainment }: Slo): string {
  const bounds = Object.entries({ TTFT: ttft, TPOT: tpot, E2E: e2e }).filter(([, bound]) => bound !== undefined);
  const parts = bounds.map(([name, bound]) => `${name} <= ${formatDuration(bound!)}`);
  return `${formatNumber(attainment * 100, 0)} % of requests with ${parts.join(' and ')}`;
}

/** The day that will be replayed, and what a fixed split needs for its busiest hours. */
export function scenarioText({ setting, hours, factor, statics, best }: Scenario, target: number): string {
  const { startAt, endAt } = setting.window;
  const rows = statics.map(({ counts, result }) => [
    formatCounts(counts),
    formatNumber(result.gpuHours, 1),
    percent(result.attainment),
    counts === best.counts ? 'the smallest that keeps the target' : '',
  ]);
  return [
    `4. ${clockText(startAt)} to ${clockText(endAt)}, load-scaled ${formatNumber(factor, 1)} times; its busiest part, ${spanOf(hours)}:`,
    indent(formatTable(['static split', 'GPU-hours', 'in SLO', ''], rows)),
    `   target ${percent(target)}; of each number of GPUs the best split in hindsight`,
  ].join('\n');
}

/** The plan at the start of the busiest hours, and what it is compared with. */
export function planText({ plan, statics, demand }: PlanStage, { hours, best: start }: Scenario): string {
  const rows = plan.steps.map((counts, step) => [
    step === 0 ? 'now' : `+${formatDuration(step * plan.stepSeconds)}`,
    formatNumber(demand.expected[step], 1),
    formatNumber(demand.high[step], 1),
    formatCounts(counts),
  ]);
  const best = statics[0]!;
  const path = ({ predictedAttainment, gpuSeconds }: PlanPath): string =>
    `${percent(predictedAttainment)} in SLO, ${formatNumber(gpuSeconds, 0)} GPU seconds`;
  return [
    `5. The plan at ${clockText(hours.startAt)}, from ${formatCounts(start.counts)}: beam search over prefill:decode for each minute`,
    indent(formatTable(['from', 'expected requests/s', `P${DEMO.quantile * 100}`, 'prefill:decode'], rows)),
    `   the plan: ${path(plan)}; limited by: ${bindingText(plan.binding)}`,
    `   best of ${statics.length} static splits, ${formatCounts(best.counts)}: ${path(best)}`,
    plan.runnerUp
      ? `   runner-up, starting with ${formatCounts(plan.runnerUp.steps[0]!)}: ${path(plan.runnerUp)}`
      : '   there is no runner-up',
  ].join('\n');
}

/** The replayed day. */
export function replayText(results: readonly ReplayResult[], scenario: Scenario): string {
  const { header, rows } = replayTable(results, scenario);
  const winner = results.reduce((best, next) => (next.goodputPerGpu > best.goodputPerGpu ? next : best));
  return [
    `6. The day replayed: ${formatCount(results[0]!.requests)} requests simulated under each policy, the same arrivals`,
    indent(formatTable(header, rows)),
    `   most goodput per GPU: ${winner.policy}; peak: ${spanOf(scenario.hours)}`,
  ].join('\n');
}

/** Scores as text, shared by the terminal and the report. */
export function replayTable(
  results: readonly ReplayResult[],
  { setting, hours }: Scenario,
): { header: string[]; rows: string[][] } {
  const minuteOf = (at: number): number => Math.round((at - setting.window.startAt) / 60);
  const rows = results.map((result) => [
    result.policy,
    formatNumber(result.goodputPerGpu, 2),
    formatNumber(result.goodRate, 1),
    formatNumber(result.gpuHours, 2),
    percent(result.attainment),
    percent(attainmentBetween(result, minuteOf(hours.startAt), minuteOf(hours.endAt))),
    milliseconds(result.ttftSeconds.p90),
    milliseconds(result.tpotSeconds.p90),
    formatCount(result.scaleEvents),
  ]);
  return {
    header: [
      'policy',
      'goodput/GPU',
      'good req/s',
      'GPU-hours',
      'in SLO',
      'at peak',
      'TTFT P90',
      'TPOT P90',
      'scalings',
    ],
    rows,
  };
}

/** A window of one day: day and hours. */
export function spanOf({ startAt, endAt }: ReplayWindow): string {
  return `${clockText(startAt)} to ${clockText(endAt)}`;
}

/** Day (the first is 1) and time of a moment of a trace without dates. */
export function clockText(seconds: number): string {
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  return `day ${Math.floor(seconds / 86400) + 1} ${two((seconds % 86400) / 3600)}:${two((seconds % 3600) / 60)}`;
}

const percent = (share: number): string => `${formatNumber(share * 100, 1)} %`;

function milliseconds(seconds: number | null): string {
  return seconds === null ? '-' : `${formatNumber(seconds * 1000, seconds < 0.1 ? 1 : 0)} ms`;
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `   ${line}`)
    .join('\n');
}
