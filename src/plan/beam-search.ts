import type { InstanceCounts } from '../spec/index.js';
import { allowedConfigurations, brokenRule, configurationKey, gpusOf, rolesOf, type FleetRule } from './limits.js';
import type { PlanProblem } from './plan-problem.js';
import {
  goodRequests,
  missCost,
  openScorer,
  requestsOf,
  startFleet,
  stepGpuSeconds,
  unavoidableCost,
  type Scorer,
} from './score.js';
import { buildFleet, draftTargets, isSameFleet, type SearchFleet } from './search-fleet.js';

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
  /** GPU seconds plus the price of misses: less is better. */
  readonly cost: number;
}

/** A path of configurations up to some step, with what it has cost. */
interface Path {
  readonly before: Path | null;
  /** Place of what was asked for last; -1 before the first step. */
  readonly configuration: number;
  /** Place of what was asked for first. */
  readonly first: number;
  readonly length: number;
  /** Steps at which the targets changed. */
  readonly changes: number;
  readonly fleet: SearchFleet;
  readonly gpuSeconds: number;
  /** Requests that meet the SLO when the planning quantile arrives. */
  readonly good: number;
  readonly cost: number;
  /** The cost with the misses that can no longer be prevented. */
  readonly promised: number;
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
  const scorer = openScorer(problem, allowed);
  const within: number[][] = [];
  const everywhere = allowed.map((_, place) => place);
  let beam = [startPath(scorer)];
  for (let step = 0; step < problem.demand.high.length; step++) {
    const best: Path[] = [];
    for (const path of beam) {
      const from = path.configuration;
      const places = from < 0 ? everywhere : (within[from] ??= placesWithin(scorer, from, reach));
      for (const place of places) tryStep(scorer, best, width, path, place);
    }
    beam = best;
  }
  beam.sort(byCost);
  const runnerUp = beam.find((path) => path.first !== beam[0]!.first);
  const statics = everywhere.map((place) => staticPath(scorer, place, runnerUp?.cost));
  return asPlan(scorer, [...beam, ...statics.filter((path) => path !== null)].sort(byCost));
}

/** The plan that asks for one configuration at once and keeps it, scored like any other. */
export function staticPlan(problem: PlanProblem, counts: InstanceCounts): PlanPath {
  const scorer = openScorer(problem, [counts]);
  return asPlanPath(scorer, staticPath(scorer, 0)!);
}

function startPath(scorer: Scorer): Path {
  const fleet = startFleet(scorer);
  const none = { gpuSeconds: 0, good: 0, cost: 0, promised: 0 };
  return { before: null, configuration: -1, first: -1, length: 0, changes: 0, fleet, ...none };
}

/** The path that keeps one configuration; null when it costs more than `most`. */
function staticPath(scorer: Scorer, place: number, most = Infinity): Path | null {
  let path = startPath(scorer);
  while (path.length < scorer.problem.demand.high.length && path.cost <= most)
    path = extend(scorer, path, place, Infinity)!;
  return path.cost <= most ? path : null;
}

/** Configurations of which no role differs by more than `reach` from another's. */
function placesWithin({ targets }: Scorer, from: number, reach: number): number[] {
  const isNear = (counts: readonly number[]): boolean =>
    counts.every((count, role) => Math.abs(count - targets[from]![role]!) <= reach);
  return targets.flatMap((counts, place) => (isNear(counts) ? [place] : []));
}

/** The path one step on; null when its promised cost is sure to be above `most`. */
function extend(scorer: Scorer, path: Path, place: number, most: number): Path | null {
  const { problem, draft } = scorer;
  const step = path.length;
  const gpuSeconds = stepGpuSeconds(scorer, path.fleet, place);
  if (path.cost + gpuSeconds > most) return null;
  draftTargets(draft, path.fleet, scorer.targets[place]!, step * problem.demand.stepSeconds, problem.launchSeconds);
  const good = goodRequests(scorer, step);
  const cost = path.cost + gpuSeconds + missCost(scorer, step, good);
  if (cost > most) return null;
  const promised = cost + unavoidableCost(scorer, step + 1);
  if (promised > most) return null;
  return {
    before: path,
    configuration: place,
    first: step === 0 ? place : path.first,
    length: step + 1,
    changes: path.changes + (step > 0 && place !== path.configuration ? 1 : 0),
    fleet: buildFleet(draft),
    gpuSeconds: path.gpuSeconds + gpuSeconds,
    good: path.good + good,
    cost,
    promised,
  };
}

/**
 * Extends a path and puts it among the best, which are in order of promise; of those with one first step that lead to the same
 * fleet only the best is kept.
 */
function tryStep(scorer: Scorer, best: Path[], width: number, from: Path, place: number): void {
  const path = extend(scorer, from, place, best.length < width ? Infinity : best.at(-1)!.promised);
  if (path === null) return;
  const twin = best.findIndex((other) => other.first === path.first && isSameFleet(other.fleet, path.fleet));
  if (twin >= 0) {
    if (byPromise(best[twin]!, path) <= 0) return;
    best.splice(twin, 1);
  }
  let rank = best.length;
  while (rank > 0 && byPromise(best[rank - 1]!, path) > 0) rank--;
  best.splice(rank, 0, path);
  if (best.length > width) best.pop();
}

function byPromise(a: Path, b: Path): number {
  return a.promised - b.promised || byCost(a, b);
}

/** Fewest GPU seconds and misses first; at equal cost the path that changes its targets least. */
function byCost(a: Path, b: Path): number {
  return a.cost - b.cost || a.changes - b.changes;
}

function asPlan(scorer: Scorer, candidates: readonly Path[]): ScalingPlan {
  const chosen = candidates[0]!;
  const other = candidates.find((path) => path.first !== chosen.first);
  const path = asPlanPath(scorer, chosen);
  return {
    stepSeconds: scorer.problem.demand.stepSeconds,
    ...path,
    runnerUp: other ? asPlanPath(scorer, other) : null,
    binding: bindingOf(scorer.problem, path),
  };
}

function asPlanPath({ problem, configurations }: Scorer, path: Path): PlanPath {
  const steps: InstanceCounts[] = [];
  for (let at = path; at.before !== null; at = at.before) steps.unshift(configurations[at.configuration]!);
  let requests = 0;
  for (let step = 0; step < steps.length; step++) requests += requestsOf(problem, step);
  const predictedAttainment = requests === 0 ? 1 : path.good / requests;
  return { steps, predictedAttainment, gpuSeconds: path.gpuSeconds, cost: path.cost };
}

/** When the target is kept, what forbids fewer instances; when it is missed, what forbids one more at the largest step. */
function bindingOf({ limits, target }: PlanProblem, { steps, predictedAttainment }: PlanPath): FleetRule | 'slo' {
  if (predictedAttainment >= target) {
    const smallest = configurationKey(allowedConfigurations(limits)[0]!);
    return steps.every((counts) => configurationKey(counts) === smallest) ? 'min-replicas' : 'slo';
  }
  const largest = [...steps].sort((a, b) => gpusOf(b, limits) - gpusOf(a, limits))[0] ?? {};
  const rules = rolesOf(limits).map((role) => brokenRule({ ...largest, [role]: (largest[role] ?? 0) + 1 }, limits));
  return rules.find((rule) => rule !== null) ?? 'slo';
}
