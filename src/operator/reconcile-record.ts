import { quantileOf, type Forecast } from '../forecast/index.js';
import type { Decision, Limit, Mode } from '../control/index.js';
import type { ScalingPlan } from '../plan/index.js';
import type { InstanceCounts, Role } from '../spec/index.js';
import type { StatusCondition } from './resource.js';

/** Everything that one reconcile of one GoodputScaler produced: status, events, metrics and `--dry-run` are read from it. */
export interface ReconcileRecord {
  readonly resource: ResourceKey;
  /** Generation of the spec that was read; null when it cannot be used, and nothing is done for it. */
  readonly generation: number | null;
  /** The served model; null as the generation is. */
  readonly model: string | null;
  /** Null as the generation is. */
  readonly mode: Mode | null;
  /** Share of requests that the SLO asks for; null as the generation is. */
  readonly sloAttainment: number | null;
  /** From one training to the next; null as the generation is. */
  readonly retrainEverySeconds: number | null;
  /** Epoch seconds. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly pools: readonly PoolRecord[];
  /** Null when it ended before anything was decided. */
  readonly decision: Decision | null;
  readonly plan: ScalingPlan | null;
  /** What the load calls for before the pace held it back; null when unknown. */
  readonly wish: InstanceCounts | null;
  readonly limits: readonly Limit[];
  /** What was written to scale subresources; empty in modes that do not write, and in a dry run. */
  readonly writes: readonly ScaleWrite[];
  readonly forecasts: readonly ForecastRecord[];
  readonly accuracy: AccuracyRecord | null;
  /** Epoch seconds of the newest sample that was read; null when none ever was. */
  readonly newestSampleAt: number | null;
  readonly conditions: readonly StatusCondition[];
  /** Why it ended early, for people; null when it went through. */
  readonly error: string | null;
}

/** Which GoodputScaler. */
export interface ResourceKey {
  readonly namespace: string;
  readonly name: string;
}

/** One pool as it was seen, and as it is wanted. Null is unknown. */
export interface PoolRecord {
  readonly role: Role;
  /** `Deployment/llama-decode`. */
  readonly target: string;
  readonly current: number | null;
  readonly ready: number | null;
  readonly desired: number | null;
}

/** One change of a scale subresource. */
export interface ScaleWrite {
  readonly role: Role;
  readonly from: number;
  readonly to: number;
}

/** What is expected of one target, at some horizons. */
export interface ForecastRecord {
  /** `requests`, `promptTokens` or `outputTokens`; the points are per second. */
  readonly target: string;
  readonly model: string;
  /** Epoch seconds at which the last known bin ended. */
  readonly originAt: number;
  /** Epoch seconds of the last fit; null before the first. */
  readonly trainedAt: number | null;
  /** Only baselines so far, for want of history. */
  readonly isCold: boolean;
  readonly points: readonly ForecastPoint[];
}

/** One step of a forecast. */
export interface ForecastPoint {
  /** From the origin to the step's end. */
  readonly horizonSeconds: number;
  /** Per second. */
  readonly p50: number;
  readonly p90: number;
}

/** How past forecasts did against what came, see docs/architecture.md; `nmse` null where the load never varied. */
export interface AccuracyRecord {
  readonly nmae: number | null;
  readonly nmse: number | null;
  readonly bias: number | null;
  /** Share of the bins at or below the planning quantile, [0, 1]. */
  readonly coverage: number | null;
}

/** `namespace/name`. */
export function formatKey({ namespace, name }: ResourceKey): string {
  return `${namespace}/${name}`;
}

/** A forecast of sums per bin as rates per second at chosen horizons: of each, the step that ends there or next after; those beyond the last step are left out. */
export function forecastPoints(forecast: Forecast, horizonSeconds: readonly number[]): ForecastPoint[] {
  const { binSeconds } = forecast;
  const p50 = quantileOf(forecast, 0.5);
  const p90 = quantileOf(forecast, 0.9);
  const steps = horizonSeconds.map((horizon) => Math.max(0, Math.ceil(horizon / binSeconds - 1e-9) - 1));
  return [...new Set(steps)]
    .filter((step) => step < p50.length)
    .map((step) => ({
      horizonSeconds: (step + 1) * binSeconds,
      p50: p50[step]! / binSeconds,
      p90: p90[step]! / binSeconds,
    }));
}
