import type { InstanceCounts } from '../spec/index.js';
import { fleetKey } from './fleet-state.js';
import { allowedConfigurations, brokenRule, configurationKey, gpusOf, rolesOf, type FleetRule } from './limits.js';
import { scoreStep, startScore, unavoidableCost, type PathScore, type PlanProblem } from './score.js';

/** Targets for each step, and why these. */
export interface ScalingPlan extends PlanPath {
  readonly stepSeconds: number;
  /** The best path that starts with other targets; null when there is none. */
  readonly runnerUp: PlanPath | null;
  /** What keeps the plan from being cheaper (`slo`, `min-replicas`) or better (a rule of the fleet). */
  readonly binding: FleetRule | 'slo';
}

/** One path with its score. */
export interface PlanPath {
  /** Instances asked for from each step on. */
  readonly steps: readonly InstanceCounts[];
  /** Share of the planned-for requests that meet the SLO, [0, 1]. */
  readonly predictedAttainment: number;
  readonly gpuSeconds: number;
  /** GPU seconds plus the price of misses beyond the target. */
  readonly cost: number;
}

interface Path extends PathScore {
  readonly steps: readonly InstanceCounts[];
}

/**
 * Chooses instance counts for each step of the demand by beam search (paper section 6): at every step each kept path tries
 * every allowed configuration (after the first step: within `reach` instances of what it asked for); paths that lead to the same fleet are merged,
 * and the `width` cheapest go on, counting the misses that they can no longer prevent. Every static configuration is a candidate too, so the plan never costs more than the best
 * of them.
 *
 * @param width paths kept at each step, at least 1
 * @param reach most instances by which one role changes between two steps
 */
export function searchPlan(problem: PlanProblem, width = 16, reach = 2): ScalingPlan {
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
  return asPlan(problem, [...beam, ...allowed.map((counts) => staticPath(problem, counts))].sort(byCost));
}

/** The plan that asks for one configuration at once and keeps it, scored like any other. */
export function staticPlan(problem: PlanProblem, counts: InstanceCounts): PlanPath {
  return asPlanPath(staticPath(problem, counts));
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

function asPlan(problem: PlanProblem, candidates: readonly Path[]): ScalingPlan {
  const chosen = candidates[0]!;
  const first = firstKey(chosen);
  const other = candidates.find((path) => firstKey(path) !== first);
  return {
    stepSeconds: problem.demand.stepSeconds,
    ...asPlanPath(chosen),
    runnerUp: other ? asPlanPath(other) : null,
    binding: bindingOf(problem, chosen),
  };
}

function firstKey(path: Path): number {
  return configurationKey(path.steps[0] ?? {});
}

function asPlanPath(path: Path): PlanPath {
  const predictedAttainment = path.requests === 0 ? 1 : path.good / path.requests;
  return { steps: path.steps, predictedAttainment, gpuSeconds: path.gpuSeconds, cost: path.cost };
}

/** When the target is kept, what forbids fewer instances; when it is missed, what forbids one more at the largest step. */
function bindingOf(problem: PlanProblem, path: Path): FleetRule | 'slo' {
  const { limits } = problem;
  if (asPlanPath(path).predictedAttainment >= problem.target) {
    const smallest = configurationKey(allowedConfigurations(limits)[0]!);
    return path.steps.every((counts) => configurationKey(counts) === smallest) ? 'min-replicas' : 'slo';
  }
  const largest = [...path.steps].sort((a, b) => gpusOf(b, limits) - gpusOf(a, limits))[0] ?? {};
  const rules = rolesOf(limits).map((role) => brokenRule({ ...largest, [role]: (largest[role] ?? 0) + 1 }, limits));
  return rules.find((rule) => rule !== null) ?? 'slo';
}
