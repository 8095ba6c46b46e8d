import { formatDuration } from '../base/index.js';
import { quantileOf } from '../forecast/index.js';
import type { PlanPath, ScalingPlan } from '../plan/index.js';
import { countsAfter, type Acted } from './act.js';
import type { Finding } from './conditions.js';
import type { Round } from './decide.js';
import type { LearnedForecast } from './forecasting/index.js';
import type { GoodputScalerStatus, StatusCondition } from './resource.js';

type Pools = NonNullable<GoodputScalerStatus['pools']>;
type Decision = NonNullable<GoodputScalerStatus['decision']>;
type PlanSteps = NonNullable<Decision['plan']>;

/** Most steps of a plan that the status tells. */
const MOST_STEPS = 200;

/** The status of a GoodputScaler after a round, pure. What is not known is left out. */
export function statusOf(round: Round, acted: Acted, findings: readonly Finding[]): GoodputScalerStatus {
  const { collected } = round;
  const { scaler, service, at } = collected;
  const { forecast, settings } = service;
  const { generation } = scaler.metadata;
  const scaledAt = acted.written.length > 0 ? timeOf(at) : scaler.status?.lastScaleTime;
  return {
    observedGeneration: generation,
    conditions: conditionsOf(findings, scaler.status?.conditions ?? [], generation, at),
    pools: poolsOf(round, acted),
    ...(forecast && { forecast: forecastOf(forecast, at + settings.launchSeconds) }),
    ...(forecast?.accuracy && { accuracy: known(forecast.accuracy) }),
    decision: decisionOf(round),
    ...(scaledAt !== undefined && { lastScaleTime: scaledAt }),
  };
}

/** Conditions with the time of their last transition: it moves only when their status does. */
export function conditionsOf(
  findings: readonly Finding[],
  before: readonly StatusCondition[],
  observedGeneration: number,
  at: number,
): StatusCondition[] {
  return findings.map(({ type, status, reason, message }) => {
    const old = before.find((condition) => condition.type === type);
    const lastTransitionTime = old?.status === status ? old.lastTransitionTime : timeOf(at);
    return { type, status, reason, message: message.slice(0, 32_768), lastTransitionTime, observedGeneration };
  });
}

function poolsOf(round: Round, acted: Acted): Pools {
  const { collected, observation, desired, result } = round;
  const current = countsAfter(round, acted);
  return collected.pools.map(({ role, replicas }) => ({
    role,
    current: current[role] ?? replicas,
    ...(observation?.roles[role] && { ready: observation.roles[role].ready }),
    desired: desired[role] ?? replicas,
    reason: result.decision.reason,
  }));
}

/** The load expected at a moment ahead, as a rate. */
function forecastOf(
  { originAt, requests, model, binSeconds }: LearnedForecast,
  moment: number,
): GoodputScalerStatus['forecast'] {
  const last = requests.mean.length - 1;
  const step = Math.min(last, Math.max(0, Math.floor((moment - originAt) / binSeconds)));
  return {
    at: timeOf(originAt),
    horizon: formatDuration((step + 1) * binSeconds),
    p50: quantileOf(requests, 0.5)[step]! / binSeconds,
    p90: quantileOf(requests, 0.9)[step]! / binSeconds,
    model,
  };
}

/** The measures that are known. */
function known({
  nmae,
  nmse,
  bias,
  coverage,
}: NonNullable<LearnedForecast['accuracy']>): GoodputScalerStatus['accuracy'] {
  const entries = Object.entries({ nmae, nmse, bias, coverage });
  return Object.fromEntries(entries.filter(([, value]) => value !== null && Number.isFinite(value)));
}

function decisionOf({ collected, result }: Round): Decision {
  const { decision, plan } = result;
  const base = { at: timeOf(collected.at), kind: decision.kind, reason: decision.reason };
  if (plan === null) return base;
  const runnerUp = plan.runnerUp && {
    plan: stepsOf(plan.runnerUp, plan.stepSeconds, collected.at),
    predictedAttainment: share(plan.runnerUp.predictedAttainment),
  };
  return {
    ...base,
    plan: stepsOf(plan, plan.stepSeconds, collected.at),
    ...(runnerUp && { runnerUp }),
    binding: plan.binding,
    predictedAttainment: share(plan.predictedAttainment),
  };
}

/** The steps at which a plan changes something. */
function stepsOf({ steps }: PlanPath, stepSeconds: ScalingPlan['stepSeconds'], from: number): PlanSteps {
  const changes = steps.flatMap((counts, i) =>
    i > 0 && JSON.stringify(counts) === JSON.stringify(steps[i - 1])
      ? []
      : [{ at: timeOf(from + i * stepSeconds), ...counts }],
  );
  return changes.slice(0, MOST_STEPS);
}

function share(value: number): number {
  return Math.min(1, Math.max(0, value));
}

/** A moment as Kubernetes writes it. */
export function timeOf(epochSeconds: number): string {
  return new Date(epochSeconds * 1000).toISOString();
}
