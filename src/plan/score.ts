import type { InstanceCounts, Role } from '../spec/index.js';
import { attainmentAt } from './attainment-table.js';
import { configurationKey, gpusOf, rolesOf } from './limits.js';
import type { PlanProblem } from './plan-problem.js';
import { nextReady, openDraft, servingAt, type FleetDraft, type SearchFleet } from './search-fleet.js';

/** A problem with what its scores need at hand. Configurations are known by their place in `configurations`. */
export interface Scorer {
  readonly problem: PlanProblem;
  readonly roles: readonly Role[];
  readonly configurations: readonly InstanceCounts[];
  /** By configuration: instances by role, and GPU seconds of one step. */
  readonly targets: readonly (readonly number[])[];
  readonly gpuSeconds: readonly number[];
  /** By role: what one instance adds to `configurationKey`, and its GPUs. */
  readonly keys: readonly number[];
  readonly gpus: readonly number[];
  /** By step: requests per second that meet the SLO under the planned-for rate, by the key of what serves. */
  readonly goodRates: readonly Map<number, number>[];
  readonly draft: FleetDraft;
}

/** Opens the scores of a problem for some configurations. */
export function openScorer(problem: PlanProblem, configurations: readonly InstanceCounts[]): Scorer {
  const { limits, demand } = problem;
  const roles = rolesOf(limits);
  return {
    problem,
    roles,
    configurations,
    targets: configurations.map((counts) => roles.map((role) => counts[role] ?? 0)),
    gpuSeconds: configurations.map((counts) => gpusOf(counts, limits) * demand.stepSeconds),
    keys: roles.map((role) => configurationKey({ [role]: 1 })),
    gpus: roles.map((role) => limits.roles[role]!.gpusPerReplica),
    goodRates: Array.from(demand.high, () => new Map<number, number>()),
    draft: openDraft(roles.length),
  };
}

/** The fleet that a problem starts from. */
export function startFleet({ problem, roles }: Scorer): SearchFleet {
  return {
    ready: roles.map((role) => problem.start[role]?.ready ?? 0),
    readyAt: roles.map((role) => problem.start[role]?.readyAt ?? []),
  };
}

/** GPU seconds of a step in which a fleet is asked for a configuration: what is asked for, and what drains. */
export function stepGpuSeconds(scorer: Scorer, before: SearchFleet, configuration: number): number {
  const { drainSeconds } = scorer.problem;
  let draining = 0;
  if (drainSeconds > 0)
    for (let role = 0; role < scorer.gpus.length; role++) {
      const had = before.ready[role]! + before.readyAt[role]!.length;
      const removed = had - scorer.targets[configuration]![role]!;
      if (removed > 0) draining += removed * scorer.gpus[role]! * drainSeconds;
    }
  return scorer.gpuSeconds[configuration]! + draining;
}

/** The price of the misses beyond the allowed share when so many of a step's requests meet the SLO. */
export function missCost({ problem }: Scorer, step: number, good: number): number {
  return problem.missPrice * Math.max(0, problem.target * requestsOf(problem, step) - good);
}

/** Requests that a step plans for. */
export function requestsOf({ demand }: PlanProblem, step: number): number {
  return demand.high[step]! * demand.stepSeconds;
}

/**
 * The price of the misses that nothing asked for from now on can prevent: those of the launch time that begins with `step`, when the
 * fleet is the scorer's draft. Added to a path's cost it lets the search see an order's worth before its cost is the only thing known.
 */
export function unavoidableCost(scorer: Scorer, step: number): number {
  const { launchSeconds, demand } = scorer.problem;
  const { stepSeconds, high } = demand;
  const end = Math.min(high.length, step + Math.ceil(launchSeconds / stepSeconds));
  let cost = 0;
  for (let ahead = step; ahead < end; ahead++) {
    const lastsUntil = Math.min(1, (step * stepSeconds + launchSeconds) / stepSeconds - ahead);
    cost += missCost(scorer, ahead, goodRequests(scorer, ahead)) * lastsUntil;
  }
  return cost;
}

/**
 * Requests of a step that meet the SLO, by what simulated serving says of the instances of the scorer's draft that serve in each part of it. A
 * step is judged by its own arrivals; a queue that an overload leaves behind is answered by the controller's reaction, not planned
 * for (a plan that carries it gives up on a fleet that is too small, just when it should hold what it has).
 */
export function goodRequests(scorer: Scorer, step: number): number {
  const { draft, keys } = scorer;
  const { stepSeconds } = scorer.problem.demand;
  const to = (step + 1) * stepSeconds;
  let good = 0;
  for (let at = step * stepSeconds; at < to;) {
    let serving = 0;
    for (let role = 0; role < keys.length; role++) serving += keys[role]! * servingAt(draft, role, at);
    const until = nextReady(draft, at, to);
    good += goodRate(scorer, step, serving) * (until - at);
    at = until;
  }
  return good;
}

function goodRate({ problem, goodRates }: Scorer, step: number, serving: number): number {
  const known = goodRates[step]!.get(serving);
  if (known !== undefined) return known;
  const rate = problem.demand.high[step]!;
  const found = attainmentAt(problem.table.get(serving), rate) * rate;
  goodRates[step]!.set(serving, found);
  return found;
}
