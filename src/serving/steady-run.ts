import { mean } from '../base/index.js';
import type { Slo } from '../spec/index.js';
import { selectRows, type Trace } from '../trace/index.js';
import { advanceCluster } from './advance-cluster.js';
import { isMet } from './attainment.js';
import { clusterResults, finishCluster, type SimulationResults } from './cluster-results.js';
import { decodeSeconds } from './profile.js';
import { atRate } from './rate.js';
import { DEFAULT_SCHEDULER } from './replica.js';
import { openStatic, type StaticDeployment } from './simulate.js';
import { joinRanges, type StepRange } from './step-range.js';

const LOOKS = 50;
/** A deployment that starts empty is as full as it gets after so many mean responses. */
const RESPONSES_TO_FILL = 3;

/** What came of a run. */
export interface SteadyRun {
  /** SLO attainment, in [0, 1]. */
  readonly attainment: number;
  /** What the steps of all instances spanned. */
  readonly steps: StepRange;
}

/**
 * SLO attainment of a deployment that has served the same load for long: a run that starts and ends with an empty deployment reads too
 * well, the more so the shorter it lasts. The requests are therefore laid in a ring: the last of them come before the first, and the
 * first after the last, for long enough to fill the deployment; neither are counted.
 *
 * The run is cut as soon as it is sure to miss the target by more than `cutMargin`; what is returned then is an upper bound.
 *
 * @param unitTrace at unit rate: as many requests as seconds
 */
export function steadyRun(
  unitTrace: Trace,
  rate: number,
  deployment: StaticDeployment,
  slo: Slo,
  cutMargin = 0,
): SteadyRun {
  const count = unitTrace.arrival.length;
  const around = Math.min(count, Math.ceil(rate * secondsToFill(unitTrace, deployment, slo)));
  const trace = atRate(ringOf(unitTrace, around), rate);
  const cluster = openStatic(trace, deployment);
  const attempted = unitTrace.outputTokens.reduce((sum, tokens) => sum + (tokens > 0 ? 1 : 0), 0);
  const allowed = Math.floor((1 - slo.attainment + cutMargin) * attempted + 1e-9);
  const end = trace.arrival.at(-1) ?? 0;
  let misses = 0;
  let seen = 0;
  for (let look = 1; look <= LOOKS; look++) {
    advanceCluster(cluster, cluster.startAt + ((end - cluster.startAt) * look) / LOOKS);
    const { finishOrder, finished } = cluster.results;
    for (; seen < finished; seen++) {
      const request = finishOrder[seen]!;
      const isCounted = request >= around && request < around + count;
      if (isCounted && !isMet(cluster.results, request, slo)) misses++;
    }
    if (misses > allowed) return { attainment: 1 - misses / attempted, steps: stepsOf(clusterResults(cluster)) };
  }
  const results = finishCluster(cluster);
  let met = 0;
  for (let request = around; request < around + count; request++) if (isMet(results, request, slo)) met++;
  return { attainment: met / attempted, steps: stepsOf(results) };
}

/** The attainment alone; see `steadyRun`. */
export function steadyAttainment(...run: Parameters<typeof steadyRun>): number {
  return steadyRun(...run).attainment;
}

function stepsOf({ instances }: SimulationResults): StepRange {
  return joinRanges(instances.map(({ steps }) => steps));
}

/** The trace between its own last `around` requests and its own first ones. */
function ringOf(unitTrace: Trace, around: number): Trace {
  const count = unitTrace.arrival.length;
  const rows = Uint32Array.from({ length: count + 2 * around }, (_, i) => (i + count - around) % count);
  const trace = selectRows(unitTrace, rows);
  const arrival = trace.arrival.map((at, i) => at + count * Math.floor((i + count - around) / count));
  return { ...trace, arrival, startSeconds: arrival[0] ?? 0, endSeconds: arrival.at(-1) ?? 0 };
}

/** How long a deployment takes to fill at most: some mean responses at the pace of a full batch, or of the slowest that the SLO allows. */
function secondsToFill(
  { promptTokens, outputTokens }: Trace,
  { profile, maxSeqs = DEFAULT_SCHEDULER.maxSeqs }: StaticDeployment,
  { tpot = Infinity }: Slo,
): number {
  const response = mean(outputTokens);
  const context = mean(promptTokens) + response / 2;
  const batch = Math.min(maxSeqs, profile.kvTokensCapacity / context);
  const pace = Math.min(tpot, decodeSeconds(profile, batch, batch * context) + profile.stepOverhead);
  return RESPONSES_TO_FILL * response * pace;
}
