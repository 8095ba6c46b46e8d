import { countsAfter, type Acted } from './act.js';
import type { Round } from './decide.js';
import type { LearnedForecast } from './forecasting/index.js';
import { forecastPoints, type ForecastRecord, type PoolRecord, type ReconcileRecord } from './reconcile-record.js';
import type { KubeObject } from './kube/kube-api.js';
import type { GoodputScaler, GoodputScalerStatus, StatusCondition } from './resource.js';

/** Horizons at which a record tells the forecast, seconds; with them the launch time. */
const HORIZONS = [60, 300, 900, 1800];

/** What is known of a spec that cannot be used. */
const UNREADABLE = { generation: null, model: null, mode: null, sloAttainment: null, retrainEverySeconds: null };

/** What a round has found out and done before it has. */
const NOTHING = {
  ...{ pools: [], decision: null, plan: null, wish: null, limits: [], writes: [] },
  ...{ forecasts: [], accuracy: null, newestSampleAt: null },
};

/** What a round produced, for metrics, logs and people. */
export function recordOf(round: Round, acted: Acted, status: GoodputScalerStatus, endedAt: number): ReconcileRecord {
  const { collected, result } = round;
  const { scaler, service, at, targetTrouble } = collected;
  const { forecast } = service;
  return {
    ...aboutScaler(scaler),
    startedAt: at,
    endedAt,
    pools: poolsOf(round, acted),
    ...{ decision: result.decision, plan: result.plan, wish: result.wish, limits: result.limits },
    writes: acted.written,
    forecasts: forecast === null ? [] : forecastsOf(forecast, service.settings.launchSeconds),
    accuracy: forecast?.accuracy ?? null,
    newestSampleAt: service.newestSampleAt,
    conditions: status.conditions ?? [],
    error: targetTrouble?.message ?? acted.error?.message ?? null,
  };
}

/** The record of a round that ended before anything was decided. */
export function failedRecord(scaler: GoodputScaler, error: Error, startedAt: number, endedAt: number): ReconcileRecord {
  return {
    ...aboutScaler(scaler),
    ...{ startedAt, endedAt, ...NOTHING, conditions: scaler.status?.conditions ?? [], error: error.message },
  };
}

/** The record of a resource that cannot be used: nothing is known of it but that. */
export function refusedRecord(
  { metadata }: KubeObject,
  error: Error,
  conditions: readonly StatusCondition[],
  at: number,
): ReconcileRecord {
  const resource = { namespace: metadata.namespace ?? '', name: metadata.name };
  return {
    ...{ resource, ...UNREADABLE, startedAt: at, endedAt: at, ...NOTHING },
    ...{ conditions, error: error.message },
  };
}

function aboutScaler({ metadata, spec }: GoodputScaler): Pick<ReconcileRecord, keyof typeof UNREADABLE | 'resource'> {
  const { namespace, name, generation } = metadata;
  return {
    ...{ resource: { namespace, name }, generation, model: spec.model, mode: spec.mode },
    ...{ sloAttainment: spec.slo.attainment, retrainEverySeconds: spec.forecast.retrainEvery },
  };
}

function poolsOf(round: Round, acted: Acted): PoolRecord[] {
  const { collected, observation, desired } = round;
  const current = countsAfter(round, acted);
  return collected.pools.map(({ role, target, replicas }) => ({
    ...{ role, target, current: current[role] ?? replicas, desired: desired[role] ?? replicas },
    ready: observation?.roles[role]?.ready ?? null,
  }));
}

/** The forecast of requests, and of the tokens that they bring if they stay as long as they are on average. */
function forecastsOf(forecast: LearnedForecast, launchSeconds: number): ForecastRecord[] {
  const { requests, meanTokens, model, originAt, trainedAt, isCold } = forecast;
  const horizons = [...HORIZONS, launchSeconds].sort((a, b) => a - b);
  const points = forecastPoints(requests, horizons);
  return Object.entries({ requests: 1, ...meanTokens }).map(([target, each]) => ({
    ...{ target, model, originAt, trainedAt, isCold },
    points: points.map(({ horizonSeconds, p50, p90 }) => ({ horizonSeconds, p50: p50 * each, p90: p90 * each })),
  }));
}
