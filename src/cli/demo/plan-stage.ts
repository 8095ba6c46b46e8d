import { seededRandom } from '../../base/index.js';
import { planProblemOf, type ControlSettings } from '../../control/index.js';
import { makeForecaster } from '../../forecast/index.js';
import { binTrace, refineLoad, targetOf } from '../../load/index.js';
import {
  allowedConfigurations,
  demandOf,
  searchPlan,
  staticPlan,
  type Demand,
  type FleetState,
  type PlanPath,
  type ScalingPlan,
} from '../../plan/index.js';
import { meanLaunchSeconds } from '../../serving/index.js';
import type { InstanceCounts } from '../../spec/index.js';
import { observedSpan } from '../../trace/index.js';
import type { CapacityStage } from './capacity-stage.js';
import type { Scenario } from './scenario-stage.js';
import { backtestBinSeconds, DEMO, type DemoSettings } from './settings.js';

/** Step 5: the forecaster as the day starts, and the plan as its busiest hours start. */
export interface PlanStage {
  /** The forecaster's bytes at the start of the day that is replayed. */
  readonly forecaster: Uint8Array;
  readonly demand: Demand;
  readonly plan: ScalingPlan;
  /** Every static configuration as a plan, the cheapest first. */
  readonly statics: readonly (PlanPath & { readonly counts: InstanceCounts })[];
  readonly control: ControlSettings;
}

/** Fits the forecaster on the scaled load before the day, lets it see the day up to its busiest hours, and plans from the best static split. */
export async function planStage(
  settings: DemoSettings,
  capacity: CapacityStage,
  scenario: Scenario,
): Promise<PlanStage> {
  const { profile, slo, seed, trace } = settings;
  const { startAt } = scenario.setting.window;
  const from = Math.max(observedSpan(trace).start, startAt - DEMO.historySeconds);
  const known = binTrace(trace, backtestBinSeconds(trace), { fromSeconds: from, toSeconds: startAt });
  const random = seededRandom(seed, 'load before the window');
  const load = refineLoad(known, scenario.factor, known.binSeconds / DEMO.binSeconds, capacity.mix.gapShape, random);
  const forecaster = makeForecaster(DEMO.model, { horizon: DEMO.steps, seed });
  await forecaster.fit(targetOf(load, 'requests'));
  const saved = forecaster.save();
  const seen = { fromSeconds: startAt, toSeconds: scenario.hours.startAt };
  if (seen.toSeconds > startAt) forecaster.update(binTrace(scenario.setting.trace, DEMO.binSeconds, seen).requests);
  const control: ControlSettings = {
    ...{ limits: capacity.limits, table: capacity.table, ttft: slo.ttft ?? null, tpot: slo.tpot ?? null },
    launchSeconds: meanLaunchSeconds(profile),
    drainSeconds: DEMO.intervalSeconds,
    servedShare: 1 - capacity.mix.failedShare,
    ...{ quantile: DEMO.quantile, beamWidth: DEMO.beamWidth, stabilizationSeconds: 300 },
  };
  const demand = demandOf(forecaster.forecast(DEMO.steps), DEMO.quantile, control.servedShare);
  const problem = planProblemOf(control, readyFleet(scenario.best.counts), demand);
  const statics = allowedConfigurations(capacity.limits).map((counts) => ({ ...staticPlan(problem, counts), counts }));
  return {
    ...{ forecaster: saved, demand, control, plan: searchPlan(problem, DEMO.beamWidth) },
    statics: statics.sort((a, b) => a.cost - b.cost),
  };
}

function readyFleet(counts: InstanceCounts): FleetState {
  return Object.fromEntries(Object.entries(counts).map(([role, ready]) => [role, { ready, readyAt: [] }]));
}
