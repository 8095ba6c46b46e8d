import { mean, variance } from '../base/index.js';
import type { Slo } from '../spec/index.js';
import { selectRows, type Trace } from '../trace/index.js';
import { advanceCluster } from './advance-cluster.js';
import { isMet } from './attainment.js';
import { finishCluster } from './cluster-results.js';
import { decodeSeconds } from './profile.js';
import { atRate } from './rate.js';
import { DEFAULT_SCHEDULER } from './replica.js';
import { Outcome } from './results.js';
import { openStatic, type StaticDeployment } from './simulate.js';

/** SLO attainment at one rate. */
export interface Attainment {
  readonly attainment: number;
  /** By how much chance may move it (90 %), from means over batches of consecutive requests; 0 where the run was cut. */
  readonly margin: number;
}

const LOOKS = 50;
const BATCHES = 20;
/** Student's t for so many batches at the level of the interval, 90 %. */
const T_OF_BATCHES = 1.729;
/** A deployment that starts empty is as full as it gets after so many mean responses. */
const RESPONSES_TO_FILL = 3;

/**
 * SLO attainment of a deployment that has served the same load for long: a run that starts and ends with an empty deployment reads too
 * well, the more so the shorter it lasts. The requests are therefore laid in a ring: the last of them come before the first, and the
 * first after the last, for long enough to fill the deployment; neither are counted.
 *
 * The run is cut as soon as it is sure to miss the target by more than `cutMargin`; what is returned then is an upper bound.
 *
 * @param unitTrace at unit rate: as many requests as seconds
 */
export function steadyAttainment(
  unitTrace: Trace,
  rate: number,
  deployment: StaticDeployment,
  slo: Slo,
  cutMargin = 0,
): Attainment {
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
    if (misses > allowed) return { attainment: 1 - misses / attempted, margin: 0 };
  }
  const results = finishCluster(cluster);
  const met = Int8Array.from({ length: count }, (_, i) =>
    results.outcome[around + i] === Outcome.failedInTrace ? -1 : isMet(results, around + i, slo) ? 1 : 0,
  );
  return { attainment: shareMet(met), margin: marginOf(met) };
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

/** Share of those that were attempted (not -1). */
function shareMet(met: Int8Array): number {
  let kept = 0;
  let attempted = 0;
  for (const value of met) {
    if (value >= 0) attempted++;
    if (value > 0) kept++;
  }
  return kept / attempted;
}

/** Margin of the attainment, from the spread of batches of consecutive requests (neighbours share their queues). */
function marginOf(met: Int8Array): number {
  const size = Math.floor(met.length / BATCHES);
  if (size < 1) return 1;
  const shares = Array.from({ length: BATCHES }, (_, batch) =>
    shareMet(met.subarray(batch * size, (batch + 1) * size)),
  );
  const known = shares.filter((share) => !Number.isNaN(share));
  return known.length < 2 ? 1 : T_OF_BATCHES * Math.sqrt(variance(known) / known.length);
}
