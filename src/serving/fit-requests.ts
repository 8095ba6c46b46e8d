import { mean, quantileOfSorted } from '../base/index.js';
import { PROFILE_DEFAULTS, type ProfileParameters } from './fit-profile.js';
import type { LatencyProfile } from './profile.js';
import { openReplica, type SchedulerOptions } from './replica.js';
import { acceptRequest, advanceReplica } from './engine.js';
import { EventKind } from './replica-events.js';
import type { RequestLog } from './request-log.js';
import { minimiseSquares } from './levenberg-marquardt.js';

/** Which requests of a log count: all, or those of even or odd number. */
export type LogPart = 'all' | 'even' | 'odd';

/** How simulated requests differ from measured ones: (simulated - measured) / measured of means and 90th percentiles. */
export interface RequestErrors {
  readonly meanTtft: number;
  readonly meanTpot: number;
  readonly meanE2e: number;
  readonly p90Ttft: number;
  readonly p90Tpot: number;
  readonly p90E2e: number;
}

/**
 * Fits step times to measured requests: a step takes `base + perToken * prompt tokens + perAttention * attention + perSequence *
 * decoding requests + perContextToken * their contexts`, with the five coefficients for which the simulated requests come nearest to
 * the measured ones in TTFT, TPOT and E2E (nonlinear least squares over whole simulations; all requests are simulated, those
 * of `part` are compared). The fixed overhead of a step is part of `base`.
 */
export function fitToRequests(
  log: RequestLog,
  parameters: ProfileParameters,
  scheduler: SchedulerOptions,
  part: LogPart = 'all',
): LatencyProfile {
  const rows = rowsOf(log, part);
  const profileOf = (logs: readonly number[]): LatencyProfile => profileFrom(logs.map(Math.exp), parameters);
  const residuals = (logs: readonly number[]): Float64Array => residualsOf(log, rows, profileOf(logs), scheduler);
  const tpots = Float64Array.from(tpotOf(log))
    .filter((value) => !Number.isNaN(value))
    .sort();
  const base = 0.7 * quantileOfSorted(tpots, 0.1);
  let best: { readonly point: readonly number[]; readonly loss: number } | null = null;
  for (const flat of [150, 500, 1500]) {
    const start = [base, base / flat, base / flat / 1e5, base / 400, base / 2e5].map(Math.log);
    const found = minimiseSquares(residuals, start);
    if (!best || found.loss < best.loss) best = found;
  }
  return profileOf(best!.point);
}

/** Errors of a profile on the requests of a log, all of them simulated and those of `part` compared. */
export function requestErrors(
  log: RequestLog,
  profile: LatencyProfile,
  scheduler: SchedulerOptions,
  part: LogPart = 'all',
): RequestErrors {
  const rows = rowsOf(log, part);
  const simulated = replayLog(log, profile, scheduler);
  const off = (of: (values: Float64Array) => number, a: Float64Array, b: Float64Array): number =>
    of(chosen(a, rows)) / of(chosen(b, rows)) - 1;
  const p90 = (values: Float64Array): number => quantileOfSorted(values.sort(), 0.9);
  return {
    meanTtft: off(mean, simulated.ttft, log.ttft),
    meanTpot: off(mean, tpotOf({ ...log, ...simulated }), tpotOf(log)),
    meanE2e: off(mean, simulated.e2e, log.e2e),
    p90Ttft: off(p90, simulated.ttft, log.ttft),
    p90Tpot: off(p90, tpotOf({ ...log, ...simulated }), tpotOf(log)),
    p90E2e: off(p90, simulated.e2e, log.e2e),
  };
}

function rowsOf({ arrival }: RequestLog, part: LogPart): number[] {
  const all = [...arrival.keys()];
  return part === 'all' ? all : all.filter((row) => row % 2 === (part === 'even' ? 0 : 1));
}

/** The rows' values without NaN. */
function chosen(values: Float64Array, rows: readonly number[]): Float64Array {
  return Float64Array.from(rows, (row) => values[row]!).filter((value) => !Number.isNaN(value));
}

function tpotOf({ ttft, e2e, outputTokens }: RequestLog): Float64Array {
  return e2e.map((end, row) => (outputTokens[row]! > 1 ? (end - ttft[row]!) / (outputTokens[row]! - 1) : NaN));
}

function profileFrom([a, b, c, d, e]: readonly number[], parameters: ProfileParameters): LatencyProfile {
  const line = { base: a!, perToken: b! };
  return {
    ...PROFILE_DEFAULTS,
    ...parameters,
    stepOverhead: 0,
    decode: { base: a!, perSequence: d!, perContextToken: e! },
    prefill: { short: line, long: line, perAttention: c!, perPriorToken: 0 },
    // A mixed step counts its decoding requests as new tokens already; the rest of their cost comes on top, never below 0.
    mixed: { base: 0, perPadToken: 0, perSequence: Math.max(0, d! - b!), perContextToken: e! },
  };
}

/** The log's requests on one simulated replica. */
function replayLog(
  log: RequestLog,
  profile: LatencyProfile,
  scheduler: SchedulerOptions,
): { readonly ttft: Float64Array; readonly e2e: Float64Array } {
  const replica = openReplica({ role: 'serve', profile, requests: log, scheduler, startAt: log.arrival[0]! });
  for (let request = 0; request < log.arrival.length; request++) {
    advanceReplica(replica, log.arrival[request]!);
    acceptRequest(replica, request, log.arrival[request]!);
  }
  advanceReplica(replica, Infinity);
  const ttft = new Float64Array(log.arrival.length).fill(NaN);
  const e2e = new Float64Array(log.arrival.length).fill(NaN);
  const { count, kind, request, at } = replica.events;
  for (let row = 0; row < count; row++) {
    const column = kind[row] === EventKind.firstToken ? ttft : kind[row] === EventKind.finished ? e2e : null;
    if (column) column[request[row]!] = at[row]! - log.arrival[request[row]!]!;
  }
  return { ttft, e2e };
}

/**
 * Differences in TTFT, TPOT and E2E, each in units of its measured mean; and those of the means themselves, which count as much as
 * all requests together: a single request's times jump when it just misses a step, means hardly do.
 */
function residualsOf(
  log: RequestLog,
  rows: readonly number[],
  profile: LatencyProfile,
  scheduler: SchedulerOptions,
): Float64Array {
  const simulated = replayLog(log, profile, scheduler);
  const columns: [Float64Array, Float64Array][] = [
    [simulated.ttft, log.ttft],
    [tpotOf({ ...log, ...simulated }), tpotOf(log)],
    [simulated.e2e, log.e2e],
  ];
  const residuals = new Float64Array(3 * rows.length + 3);
  columns.forEach(([ours, theirs], column) => {
    const unit = mean(chosen(theirs, rows));
    rows.forEach((row, at) => {
      const off = (ours[row]! - theirs[row]!) / unit;
      residuals[column * rows.length + at] = Number.isNaN(off) ? 0 : off;
    });
    residuals[3 * rows.length + column] = Math.sqrt(rows.length) * (mean(chosen(ours, rows)) / unit - 1);
  });
  return residuals;
}
