import { InputError, seededRandom } from '../../base/index.js';
import { planProblemOf, type ControlSettings } from '../../control/index.js';
import { makeForecaster, type Forecast } from '../../forecast/index.js';
import { binTrace, mixOf, refineLoad, sampleTrace, targetOf, type WorkloadMix } from '../../load/index.js';
import {
  allowedConfigurations,
  attainmentAt,
  demandOf,
  demandTrace,
  measureAttainment,
  searchPlan,
  simulatePlan,
  staticPlan,
  type AttainmentTable,
  type Demand,
  type FleetLimits,
  type FleetState,
  type PlanPath,
  type ScalingPlan,
  type SimulatedPlan,
} from '../../plan/index.js';
import type { StaticDeployment } from '../../serving/index.js';
import type { InstanceCounts, Slo } from '../../spec/index.js';
import { observedSpan, sliceTrace, type Trace } from '../../trace/index.js';
import type { ReportProgress } from './memory.js';

/** Everything that a plan is asked for with. */
export interface PlanQuestion {
  readonly trace: Trace;
  /** The plan starts here, seconds of the trace; what comes after is not looked at. */
  readonly originAt: number;
  /** The load is scaled so many times. */
  readonly factor: number;
  readonly limits: FleetLimits;
  /** Instances ready at the start; null: as few as keep the target for the last rate seen. */
  readonly present: InstanceCounts | null;
  readonly deployment: Omit<StaticDeployment, 'counts'>;
  readonly slo: Slo;
  readonly model: string;
  readonly quantile: number;
  readonly stepSeconds: number;
  readonly steps: number;
  readonly launchSeconds: number;
  readonly beamWidth: number;
  readonly seed: number;
  /** False: nothing is simulated request by request, and the simulated figures are NaN. */
  readonly tryOut?: boolean;
}

/** What of a plan's question does not say which load it is for. */
export type PlanRules = Omit<PlanQuestion, 'trace' | 'originAt' | 'factor'>;

/** What of a plan's question the forecast depends on. */
export type LoadAhead = Pick<PlanQuestion, 'stepSeconds' | 'originAt' | 'factor' | 'model' | 'steps' | 'seed'>;

/** A plan with what it was chosen from; the simulated figures are of the same arrivals for all. */
export interface PlanAnswer {
  readonly present: InstanceCounts;
  readonly demand: Demand;
  readonly plan: ScalingPlan;
  readonly simulated: SimulatedPlan;
  readonly simulatedRunnerUp: SimulatedPlan | null;
  /** The static configuration that costs least, as a plan. */
  readonly bestStatic: PlanPath & { readonly counts: InstanceCounts };
  readonly simulatedStatic: SimulatedPlan;
  readonly staticsCompared: number;
}

const UNIT_REQUESTS = 8000;
/** Fits see at most so many steps of the past. */
const MOST_HISTORY = 5000;
const COARSE_SECONDS = 600;

/** What a plan is made from; each part may be kept from an earlier question about the same past. */
export interface PlanParts {
  readonly mix: WorkloadMix;
  readonly table: AttainmentTable;
  readonly forecast: Forecast;
}

/** Forecasts the load after the origin, measures every configuration, searches, and tries the answer out. */
export async function makePlan(question: PlanQuestion, report: ReportProgress): Promise<PlanAnswer> {
  const known = sliceTrace(question.trace, observedSpan(question.trace).start, question.originAt);
  const mix = planMix(known);
  if (!mix.weights.some((weight) => weight > 0))
    throw new InputError(`the trace has no served request before ${question.originAt} s: there is nothing to plan for`);
  const table = await measurePlanTable(question, mix, allowedConfigurations(question.limits), report);
  const forecast = await forecastForPlan(question, known, mix.gapShape);
  return searchAndTry(question, { mix, table, forecast });
}

/** The mix of the requests before a plan: yesterday's count more than last week's. */
export function planMix(known: Trace): WorkloadMix {
  return mixOf(known, { halfLifeSeconds: 2 * 86400 });
}

/** Simulates configurations under the mix. */
export function measurePlanTable(
  { deployment, slo, seed, stepSeconds }: Pick<PlanQuestion, 'deployment' | 'slo' | 'seed' | 'stepSeconds'>,
  mix: WorkloadMix,
  configurations: readonly InstanceCounts[],
  report: ReportProgress,
  threads?: number,
): Promise<AttainmentTable> {
  const unitTrace = sampleTrace(mix, 1, UNIT_REQUESTS, seededRandom(seed, 'unit trace'));
  return measureAttainment({
    ...{ configurations, deployment, slo, unitTrace, stepSeconds, threads },
    onDone: (done, total) => report(done, total, 'configurations measured'),
  });
}

/** Searches a plan, and tries it out beside its runner-up and the best static configuration, on the same arrivals. */
export function searchAndTry(question: PlanRules, { mix, table, forecast }: PlanParts): PlanAnswer {
  const { limits, deployment, slo, seed } = question;
  const control: ControlSettings = {
    ...{ limits, table, ttft: slo.ttft ?? null, tpot: slo.tpot ?? null, launchSeconds: question.launchSeconds },
    ...{ drainSeconds: 0, servedShare: 1 - mix.failedShare, quantile: question.quantile },
    ...{ beamWidth: question.beamWidth, stabilizationSeconds: 0 },
  };
  const demand = demandOf(forecast, question.quantile, control.servedShare);
  const present = question.present ?? fewestFor(table, demand.expected[0] ?? 0);
  const problem = planProblemOf(control, readyFleet(present), demand);
  const plan = searchPlan(problem, question.beamWidth);
  const configurations = allowedConfigurations(limits);
  const bestStatic = configurations
    .map((counts) => ({ ...staticPlan(problem, counts), counts }))
    .reduce((best, path) => (path.cost < best.cost ? path : best));
  const arrivals = question.tryOut === false ? null : demandTrace(problem, mix, seededRandom(seed, 'demand'));
  const tryOut = ({ steps }: PlanPath): SimulatedPlan =>
    arrivals === null ? { attainment: NaN, gpuSeconds: NaN } : simulatePlan(problem, steps, arrivals, deployment, slo);
  return {
    ...{ present, demand, plan, bestStatic, staticsCompared: configurations.length },
    ...{ simulated: tryOut(plan), simulatedStatic: tryOut(bestStatic) },
    simulatedRunnerUp: plan.runnerUp && tryOut(plan.runnerUp),
  };
}

/** The load before the origin, scaled, in steps; fitted and forecast. */
export async function forecastForPlan(question: LoadAhead, known: Trace, gapShape: number): Promise<Forecast> {
  const { stepSeconds, originAt, factor, model, steps, seed } = question;
  const span = observedSpan(known);
  const parts = stepSeconds < COARSE_SECONDS && COARSE_SECONDS % stepSeconds === 0 ? COARSE_SECONDS / stepSeconds : 1;
  const coarseSeconds = stepSeconds * parts;
  const bins = Math.min(Math.floor((originAt - span.start) / coarseSeconds), Math.ceil(MOST_HISTORY / parts));
  const coarse = binTrace(known, coarseSeconds, { fromSeconds: originAt - bins * coarseSeconds, toSeconds: originAt });
  const load = refineLoad(coarse, factor, parts, gapShape, seededRandom(seed, 'load before the plan'));
  const forecaster = makeForecaster(model, { horizon: steps, seed });
  await forecaster.fit(targetOf(load, 'requests'));
  return forecaster.forecast(steps);
}

function fewestFor(table: AttainmentTable, rate: number): InstanceCounts {
  const enough = table.rows.find((row) => attainmentAt(row, rate) >= table.target);
  return (enough ?? table.rows.at(-1)!).counts;
}

function readyFleet(counts: InstanceCounts): FleetState {
  return Object.fromEntries(Object.entries(counts).map(([role, ready]) => [role, { ready, readyAt: [] }]));
}
