import type { InstanceCounts } from '../spec/index.js';
import { attainmentAt, type AttainmentIndex } from './attainment-table.js';
import type { Demand } from './demand.js';
import { changesWithin, servingAt, targetsOf, withTargets, type FleetState } from './fleet-state.js';
import { configurationKey, gpusOf, rolesOf, type FleetLimits } from './limits.js';

/** Everything that a plan is judged by. */
export interface PlanProblem {
  readonly start: FleetState;
  readonly limits: FleetLimits;
  readonly demand: Demand;
  readonly table: AttainmentIndex;
  /** Share of requests that must meet the SLO. */
  readonly target: number;
  readonly launchSeconds: number;
  /** How long a drained instance is still held. */
  readonly drainSeconds: number;
  /** GPU seconds that one miss beyond the allowed share is worth. */
  readonly missPrice: number;
}

/** What a path of targets has cost up to some step. */
export interface PathScore {
  readonly fleet: FleetState;
  readonly gpuSeconds: number;
  readonly requests: number;
  /** Requests that meet the SLO when the planning quantile arrives. */
  readonly good: number;
  /** GPU seconds plus the price of misses: less is better. */
  readonly cost: number;
}

/** The score before the first step. */
export function startScore(problem: PlanProblem): PathScore {
  return { fleet: problem.start, gpuSeconds: 0, requests: 0, good: 0, cost: 0 };
}

/**
 * Moves a path one step on: asks for `targets` at the step's start and lets the step's demand arrive. A step is judged by its
 * own arrivals; a queue that an overload leaves behind is answered by the controller's reaction, not planned for (a plan that
 * carries it gives up on a fleet that is too small, just when it should hold what it has).
 */
export function scoreStep(problem: PlanProblem, path: PathScore, step: number, targets: InstanceCounts): PathScore {
  const { demand, limits } = problem;
  const fleet = withTargets(path.fleet, targets, step * demand.stepSeconds, problem.launchSeconds, limits);
  const requests = demand.high[step]! * demand.stepSeconds;
  const good = goodRequests(problem, fleet, step);
  const gpuSeconds = gpusOf(targets, limits) * demand.stepSeconds + drainingGpuSeconds(problem, path.fleet, targets);
  return {
    fleet,
    gpuSeconds: path.gpuSeconds + gpuSeconds,
    requests: path.requests + requests,
    good: path.good + good,
    cost: path.cost + gpuSeconds + problem.missPrice * Math.max(0, problem.target * requests - good),
  };
}

/**
 * The price of the misses that nothing asked for from now on can prevent: those of the launch time that begins with `step`.
 * Added to a path's cost it lets the search see an order's worth before its cost is the only thing known.
 */
export function unavoidableCost(problem: PlanProblem, fleet: FleetState, step: number): number {
  const { stepSeconds, high } = problem.demand;
  const end = Math.min(high.length, step + Math.ceil(problem.launchSeconds / stepSeconds));
  let cost = 0;
  for (let ahead = step; ahead < end; ahead++) {
    const lastsUntil = Math.min(1, (step * stepSeconds + problem.launchSeconds) / stepSeconds - ahead);
    const missed = problem.target * high[ahead]! * stepSeconds - goodRequests(problem, fleet, ahead);
    cost += problem.missPrice * Math.max(0, missed) * lastsUntil;
  }
  return cost;
}

/** Requests of a step that meet the SLO, by what simulated serving says of the instances that serve in each part of it. */
function goodRequests({ demand, limits, table }: PlanProblem, fleet: FleetState, step: number): number {
  const from = step * demand.stepSeconds;
  const to = from + demand.stepSeconds;
  const rate = demand.high[step]!;
  let good = 0;
  let at = from;
  for (const until of [...changesWithin(fleet, from, to, limits), to]) {
    const row = table.get(configurationKey(servingAt(fleet, at, limits)));
    good += attainmentAt(row, rate) * rate * (until - at);
    at = until;
  }
  return good;
}

function drainingGpuSeconds(problem: PlanProblem, before: FleetState, targets: InstanceCounts): number {
  if (problem.drainSeconds === 0) return 0;
  const had = targetsOf(before, problem.limits);
  let seconds = 0;
  for (const role of rolesOf(problem.limits)) {
    const removed = Math.max(0, (had[role] ?? 0) - (targets[role] ?? 0));
    seconds += removed * problem.limits.roles[role]!.gpusPerReplica * problem.drainSeconds;
  }
  return seconds;
}
