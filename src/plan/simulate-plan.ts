import type { Random } from '../base/index.js';
import { sampleTrace, type WorkloadMix } from '../load/index.js';
import {
  advanceCluster,
  drainInstances,
  finishCluster,
  launchInstance,
  observeCluster,
  openCluster,
  sloAttainment,
  type Cluster,
  type ClusterOptions,
} from '../serving/index.js';
import type { InstanceCounts, Slo } from '../spec/index.js';
import type { Trace } from '../trace/index.js';
import { rolesOf } from './limits.js';
import type { PlanProblem } from './plan-problem.js';

/** A plan tried out request by request. */
export interface SimulatedPlan {
  /** Share of the requests that met the SLO, [0, 1]; NaN without requests. */
  readonly attainment: number;
  readonly gpuSeconds: number;
}

/**
 * Requests at the planned-for rate of each step, drawn from the mix: the arrivals that plans are tried out on. They are
 * drawn at unit rate, and time is bent to the demand, so that their burstiness is the mix's at every rate.
 */
export function demandTrace({ demand }: PlanProblem, mix: WorkloadMix, random: Random): Trace {
  const { high, stepSeconds } = demand;
  const until = new Float64Array(high.length); // requests expected by the end of each step
  let total = 0;
  for (const [step, rate] of high.entries()) until[step] = total += rate * stepSeconds;
  const unit = sampleTrace(mix, 1, Math.floor(total), random);
  let step = 0;
  const arrival = unit.arrival.map((at) => {
    while (step < high.length - 1 && at >= until[step]!) step++;
    return (step + 1) * stepSeconds - (until[step]! - at) / high[step]!;
  });
  return { ...unit, arrival, endSeconds: high.length * stepSeconds };
}

/**
 * Runs a plan's steps on the simulated fleet, from the problem's fleet with its orders, over given arrivals.
 *
 * @param trace as `demandTrace` makes it; every plan of one comparison sees the same
 */
export function simulatePlan(
  problem: PlanProblem,
  steps: readonly InstanceCounts[],
  trace: Trace,
  deployment: Omit<ClusterOptions, 'trace'>,
  slo: Slo,
): SimulatedPlan {
  const cluster = openCluster({ ...deployment, trace, startAt: 0 });
  for (const role of rolesOf(problem.limits)) {
    const { ready, readyAt } = problem.start[role] ?? { ready: 0, readyAt: [] };
    for (let i = 0; i < ready; i++) launchInstance(cluster, role, 0);
    for (const at of readyAt) launchInstance(cluster, role, at);
  }
  for (const [step, targets] of steps.entries()) {
    const at = step * problem.demand.stepSeconds;
    advanceCluster(cluster, at);
    askFor(cluster, problem, targets, at);
  }
  advanceCluster(cluster, steps.length * problem.demand.stepSeconds);
  const gpuSeconds = cluster.instances.reduce(
    (sum, { askedAt, stoppedAt }) => sum + (Number.isNaN(stoppedAt) ? cluster.now : stoppedAt) - askedAt,
    0,
  );
  return { attainment: sloAttainment(finishCluster(cluster, { limitSeconds: 600 }), slo), gpuSeconds };
}

function askFor(cluster: Cluster, problem: PlanProblem, targets: InstanceCounts, at: number): void {
  const seen = observeCluster(cluster);
  for (const role of rolesOf(problem.limits)) {
    const state = seen[role];
    const change = (targets[role] ?? 0) - (state ? state.ready + state.starting.length : 0);
    for (let i = 0; i < change; i++) launchInstance(cluster, role, at + problem.launchSeconds);
    if (change < 0) drainInstances(cluster, role, -change, at);
  }
}
