import { seededRandom } from '../../base/index.js';
import { PLAIN_RULES, type ControlSettings, type ScalingRules } from '../../control/index.js';
import { sampleTrace, type WorkloadMix } from '../../load/index.js';
import {
  allowedConfigurations,
  measureAttainment,
  type AttainmentTable,
  type MeasureOptions,
} from '../../plan/index.js';
import type { LatencyProfile } from '../../serving/index.js';
import { limitsOf, type GoodputScalerSpec } from '../resource.js';

/** What of a GoodputScaler's spec says how to control. */
export type SettingsSpec = Pick<
  GoodputScalerSpec,
  'pools' | 'ratio' | 'budget' | 'slo' | 'load' | 'forecast' | 'plan' | 'behavior'
> &
  Partial<Pick<GoodputScalerSpec, 'mode' | 'maxStep' | 'fallback' | 'profile'>>;

/** Scale-downs follow the highest wish of so long, as the HPA's do, unless `behavior` says otherwise. */
const STABILIZATION_SECONDS = 300;
/** A drained pod is held for Kubernetes' own grace period. */
const DRAIN_SECONDS = 30;
/** Requests of the trace that configurations are measured on. */
const UNIT_REQUESTS = 8000;
/** More configurations are not measured, nor searched at every round: one pool has at most 999, two within 64 GPUs 2,016. */
export const MOST_CONFIGURATIONS = 2048;

/**
 * How a fleet is to be controlled: its rules, and what simulated serving says of every allowed configuration.
 *
 * @param profile null, or a null mix: nothing is simulated, the table is empty, and only queues are reacted to
 * @param launchSeconds from asking for an instance to its first request
 * @throws InputError when the rules allow no configuration
 */
export async function controlSettingsOf(
  spec: SettingsSpec,
  profile: LatencyProfile | null,
  mix: WorkloadMix | null,
  launchSeconds: number,
  threads?: number,
): Promise<ControlSettings> {
  const table = profile && mix ? await measureTable(spec, profile, mix, { threads }) : emptyTable(spec);
  return settingsWith(spec, table, mix, launchSeconds);
}

/** A table of nothing. */
export function emptyTable({ slo }: SettingsSpec): AttainmentTable {
  return { target: slo.attainment, rows: [] };
}

/** The settings around a table that was measured before. */
export function settingsWith(
  spec: SettingsSpec,
  table: AttainmentTable,
  mix: WorkloadMix | null,
  launchSeconds: number,
): ControlSettings {
  const { slo, forecast, plan } = spec;
  return {
    ...{ limits: limitsOf(spec), table, ttft: slo.ttft ?? null, tpot: slo.tpot ?? null, launchSeconds },
    ...{ drainSeconds: DRAIN_SECONDS, servedShare: 1 - (mix?.failedShare ?? 0) },
    ...{ quantile: forecast.quantile, beamWidth: plan.beamWidth },
    stabilizationSeconds: STABILIZATION_SECONDS,
    ...scalingRulesOf(spec),
  };
}

/** The rules of scaling that a spec sets. */
function scalingRulesOf({ mode, maxStep, behavior, fallback }: SettingsSpec): ScalingRules {
  return {
    mode: mode ?? PLAIN_RULES.mode,
    maxStep: maxStep ?? null,
    behavior: behavior ?? null,
    fallback: fallback ? { afterSeconds: fallback.after, replicas: fallback.replicas } : null,
  };
}

/**
 * Simulates every allowed configuration under the mix, on worker threads.
 *
 * @throws InputError when the rules allow no configuration, or more than MOST_CONFIGURATIONS
 */
export async function measureTable(
  spec: SettingsSpec,
  profile: LatencyProfile,
  mix: WorkloadMix,
  workers: Pick<MeasureOptions, 'threads' | 'pool' | 'signal'>,
): Promise<AttainmentTable> {
  return measureAttainment({
    ...workers,
    configurations: allowedConfigurations(limitsOf(spec), MOST_CONFIGURATIONS),
    deployment: { profile },
    slo: spec.slo,
    unitTrace: sampleTrace(mix, 1, UNIT_REQUESTS, seededRandom(1, 'unit trace')),
    stepSeconds: spec.load.bin,
  });
}
