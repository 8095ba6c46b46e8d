import { formatDuration } from '../../base/index.js';
import type { ForecastRecord, ReconcileRecord } from '../../operator/index.js';
import { bindingText, formatCounts, type ScalingPlan } from '../../plan/index.js';
import { formatNumber, formatTable } from '../output.js';

/** Conditions that are good when True; the others are when False. */
const GOOD = new Set(['Ready', 'MetricsAvailable', 'ForecastHealthy', 'ScalingActive']);

/** One round for people: what there is, what would be done and why, what is expected, and what is not as it should be. */
export function roundText(record: ReconcileRecord): string {
  const { resource, model, mode, pools, plan, forecasts, conditions, error } = record;
  const count = (value: number | null): string => (value === null ? '-' : String(value));
  const rows = pools.map(({ role, target, current, ready, desired }) => [
    `${role}: ${target}`,
    ...[current, ready, desired].map(count),
  ]);
  const amiss = conditions.filter(({ type, status }) => status !== (GOOD.has(type) ? 'True' : 'False'));
  const parts = [
    `${resource.namespace}/${resource.name}${model === null ? '' : ` (${model}), mode ${mode}`}: ${verdictOf(record)}`,
    ...(rows.length === 0 ? [] : formatTable(['pool', 'now', 'ready', 'wanted'], rows).split('\n')),
    ...(plan === null ? [] : [`plan: ${planText(plan)}`]),
    ...forecasts.map((forecast) => `forecast: ${forecastText(forecast)}`),
    ...amiss.map(({ type, status, reason, message }) => `${type} is ${status} (${reason}): ${message}`),
    ...(error === null ? [] : [`error: ${error}`]),
  ];
  return parts.map((line, i) => (i === 0 ? line : `  ${line}`)).join('\n') + '\n';
}

function verdictOf({ decision, wish, limits, mode }: ReconcileRecord): string {
  if (decision === null) return 'nothing was decided';
  if (decision.kind === 'hold') return `hold (${decision.reason})${limitText(wish, limits)}`;
  const does = mode === 'Shadow' || mode === 'Recommend' ? 'recommend' : 'scale to';
  return `${does} ${formatCounts(decision.targets)} (${decision.reason})${limitText(wish, limits)}`;
}

function limitText(wish: ReconcileRecord['wish'], limits: ReconcileRecord['limits']): string {
  if (limits.length === 0) return '';
  return `; limited by ${limits.join(', ')}${wish === null ? '' : `, the load calls for ${formatCounts(wish)}`}`;
}

/** The steps at which a plan changes something. */
function planText({ steps, stepSeconds, predictedAttainment, binding }: ScalingPlan): string {
  const texts = steps.map(formatCounts);
  const changes = texts.flatMap((counts, i) => {
    if (i === 0) return [`${counts} now`];
    return counts === texts[i - 1] ? [] : [`${counts} in ${formatDuration(i * stepSeconds)}`];
  });
  return `${changes.join(', ')}; ${formatNumber(predictedAttainment * 100, 1)} % in SLO, bound by ${bindingText(binding)}`;
}

function forecastText({ target, model, points, isCold }: ForecastRecord): string {
  const rates = points.map(
    ({ horizonSeconds, p50, p90 }) =>
      `${formatNumber(p50, 2)}..${formatNumber(p90, 2)} in ${formatDuration(horizonSeconds)}`,
  );
  return `${target} per second by ${model}${isCold ? ' (cold start)' : ''}, P50..P90: ${rates.join(', ')}`;
}
