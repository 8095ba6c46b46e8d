import {
  allowedConfigurations,
  attainmentAt,
  configurationKey,
  gpusOf,
  rolesOf,
  type FleetLimits,
  type FleetState,
  type PlanProblem,
} from '../../src/plan/index.js';
import type { InstanceCounts, Role } from '../../src/spec/index.js';

/*
 * The search for a plan written down plainly: every candidate is built, scored and sorted. The product's search, which looks at most
 * candidates as numbers only and drops them early, must choose the same.
 */

type RoleState = NonNullable<FleetState[Role]>;

const NONE: RoleState = { ready: 0, readyAt: [] };

/** Instances asked for: ready ones and those on order. */
function targetsOf(fleet: FleetState, limits: FleetLimits): InstanceCounts {
  const counts: InstanceCounts = {};
  for (const role of rolesOf(limits)) {
    const { ready, readyAt } = fleet[role] ?? NONE;
    counts[role] = ready + readyAt.length;
  }
  return counts;
}

/** Instances that serve at a moment: the ready ones, and the orders that are due by then. */
function servingAt(fleet: FleetState, at: number, limits: FleetLimits): InstanceCounts {
  const counts: InstanceCounts = {};
  for (const role of rolesOf(limits)) {
    const { ready, readyAt } = fleet[role] ?? NONE;
    counts[role] = ready + dueBy(readyAt, at);
  }
  return counts;
}

/**
 * The fleet after it was asked for `targets` at `at`, orders due by then having become ready. More: instances on order,
 * ready after the launch time. Fewer: the youngest orders are cancelled first, then ready instances drain and serve no more.
 */
function withTargets(
  fleet: FleetState,
  targets: InstanceCounts,
  at: number,
  launchSeconds: number,
  limits: FleetLimits,
): FleetState {
  const next: Partial<Record<Role, RoleState>> = {};
  for (const role of rolesOf(limits)) {
    const { ready, readyAt } = fleet[role] ?? NONE;
    const due = dueBy(readyAt, at);
    next[role] = changed({ ready: ready + due, readyAt: readyAt.slice(due) }, targets[role] ?? 0, at + launchSeconds);
  }
  return next;
}

/** The moments inside (from, to) at which an order becomes ready, ascending. */
function changesWithin(fleet: FleetState, from: number, to: number, limits: FleetLimits): number[] {
  const times: number[] = [];
  for (const role of rolesOf(limits))
    for (const time of fleet[role]?.readyAt ?? [])
      if (time > from && time < to && !times.includes(time)) times.push(time);
  return times.sort((a, b) => a - b);
}

/** A key that is equal exactly when two fleets behave alike from here on. */
function fleetKey(fleet: FleetState, limits: FleetLimits): string {
  return rolesOf(limits)
    .map((role) => `${fleet[role]?.ready ?? 0}+${(fleet[role]?.readyAt ?? []).join('/')}`)
    .join('|');
}

function changed({ ready, readyAt }: RoleState, wanted: number, launchedAt: number): RoleState {
  const change = wanted - ready - readyAt.length;
  if (change === 0) return { ready, readyAt };
  if (change > 0) return { ready, readyAt: [...readyAt, ...Array<number>(change).fill(launchedAt)] };
  const cancelled = Math.min(readyAt.length, -change);
  return { ready: ready + change + cancelled, readyAt: readyAt.slice(0, readyAt.length - cancelled) };
}

function dueBy(readyAt: readonly number[], at: number): number {
  let due = 0;
  while (due < readyAt.length && readyAt[due]! <= at + 1e-9) due++;
  return due;
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
function unavoidableCost(problem: PlanProblem, fleet: FleetState, step: number): number {
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

/** A path with its targets. */
export interface Path extends PathScore {
  readonly steps: readonly InstanceCounts[];
}

/** The chosen path, and the best one with other first targets (null when there is none). */
export function plainSearch(problem: PlanProblem, width: number, reach = 2): { chosen: Path; other: Path | null } {
  const allowed = allowedConfigurations(problem.limits);
  let beam: Path[] = [{ ...startScore(problem), steps: [] }];
  for (let step = 0; step < problem.demand.high.length; step++) {
    const next = beam.flatMap((path) =>
      allowed
        .filter((counts) => isWithinReach(problem, path, counts, reach))
        .map((counts) => extend(problem, path, counts)),
    );
    beam = keepBest(next, width, problem);
  }
  const paths = [...beam, ...allowed.map((counts) => staticPath(problem, counts))].sort(byCost);
  const chosen = paths[0]!;
  const firstOf = ({ steps }: Path): number => configurationKey(steps[0]!);
  return { chosen, other: paths.find((path) => firstOf(path) !== firstOf(chosen)) ?? null };
}

function staticPath(problem: PlanProblem, counts: InstanceCounts): Path {
  let path: Path = { ...startScore(problem), steps: [] };
  while (path.steps.length < problem.demand.high.length) path = extend(problem, path, counts);
  return path;
}

function extend(problem: PlanProblem, path: Path, counts: InstanceCounts): Path {
  return { ...scoreStep(problem, path, path.steps.length, counts), steps: [...path.steps, counts] };
}

function isWithinReach(problem: PlanProblem, path: Path, counts: InstanceCounts, reach: number): boolean {
  const had = path.steps.at(-1);
  return (
    had === undefined ||
    rolesOf(problem.limits).every((role) => Math.abs((counts[role] ?? 0) - (had[role] ?? 0)) <= reach)
  );
}

/** Fewest GPU seconds and misses first; at equal cost the path that changes its targets least. */
function byCost(a: Path, b: Path): number {
  return a.cost - b.cost || changesOf(a) - changesOf(b);
}

function changesOf(path: Path): number {
  let changes = 0;
  for (let i = 1; i < path.steps.length; i++)
    if (configurationKey(path.steps[i]!) !== configurationKey(path.steps[i - 1]!)) changes++;
  return changes;
}

/** The paths that promise least cost; of those with one first step that lead to the same fleet only the best. */
function keepBest(paths: Path[], width: number, problem: PlanProblem): Path[] {
  const promised = paths.map((path) => ({
    path,
    cost: path.cost + unavoidableCost(problem, path.fleet, path.steps.length),
  }));
  const kept = new Map<string, Path>();
  for (const { path } of promised.sort((a, b) => a.cost - b.cost || byCost(a.path, b.path))) {
    const key = `${configurationKey(path.steps[0]!)}>${fleetKey(path.fleet, problem.limits)}`;
    if (!kept.has(key)) kept.set(key, path);
    if (kept.size === width) break;
  }
  return [...kept.values()];
}
