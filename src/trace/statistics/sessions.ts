import { mean, quantileOfSorted } from '../../base/index.js';
import type { Trace } from '../trace.js';

/** Conversations of a certain number of requests. @source BurstGPT Fig 9 */
export interface SessionsOfTurns {
  readonly turns: number;
  readonly sessions: number;
  /** Seconds between requests that follow each other; null with one request. */
  readonly meanIntervalSeconds: number | null;
  readonly p90IntervalSeconds: number | null;
  /** Mean number of intervals in a conversation that are longer than each of `longSeconds`. */
  readonly longIntervals: readonly number[];
}

/** Conversations of a trace whose requests say which they belong to. @source BurstGPT 3.2 */
export interface SessionStatistics {
  readonly sessions: number;
  readonly requests: number;
  readonly shareOfOne: number;
  readonly turns: {
    readonly mean: number;
    readonly p50: number;
    readonly p75: number;
    readonly p90: number;
    readonly most: number;
  };
  /** Over all intervals; null where no conversation has two requests. */
  readonly intervalSeconds: { readonly mean: number; readonly p50: number; readonly p90: number } | null;
  /** Bounds from which an interval counts as long: a minute, ten, an hour, and the upper bound of the interquartile range. */
  readonly longSeconds: readonly number[];
  readonly byTurns: readonly SessionsOfTurns[];
}

const FIXED_BOUNDS = [60, 600, 3600];

/** What conversations look like; null where the trace knows none. */
export function sessionStatistics({ session, arrival }: Trace): SessionStatistics | null {
  const intervals = new Map<number, number[]>();
  const latest = new Map<number, number>();
  for (let row = 0; row < session.length; row++) {
    const id = session[row]!;
    if (id < 0) continue;
    const before = latest.get(id);
    if (before === undefined) intervals.set(id, []);
    else intervals.get(id)!.push(arrival[row]! - before);
    latest.set(id, arrival[row]!);
  }
  if (intervals.size === 0) return null;
  const turns = Uint32Array.from(intervals.values(), (gaps) => gaps.length + 1).sort();
  const all = Float64Array.from([...intervals.values()].flat()).sort();
  const longSeconds = [...FIXED_BOUNDS, ...(all.length > 0 ? [upperFence(all)] : [])];
  const at = (level: number): number => quantileOfSorted(turns, level);
  return {
    sessions: turns.length,
    requests: all.length + turns.length,
    shareOfOne: turns.filter((count) => count === 1).length / turns.length,
    turns: { mean: mean(turns), p50: at(0.5), p75: at(0.75), p90: at(0.9), most: turns.at(-1)! },
    intervalSeconds:
      all.length > 0 ? { mean: mean(all), p50: quantileOfSorted(all, 0.5), p90: quantileOfSorted(all, 0.9) } : null,
    longSeconds,
    byTurns: sessionsByTurns([...intervals.values()], longSeconds),
  };
}

function upperFence(sorted: Float64Array): number {
  const [first, third] = [quantileOfSorted(sorted, 0.25), quantileOfSorted(sorted, 0.75)];
  return third + 1.5 * (third - first);
}

function sessionsByTurns(sessions: readonly number[][], longSeconds: readonly number[]): SessionsOfTurns[] {
  const groups = new Map<number, number[][]>();
  for (const gaps of sessions) {
    const group = groups.get(gaps.length + 1);
    if (group) group.push(gaps);
    else groups.set(gaps.length + 1, [gaps]);
  }
  return [...groups.entries()]
    .sort(([a], [b]) => a - b)
    .map(([turns, group]) => {
      const all = Float64Array.from(group.flat()).sort();
      return {
        turns,
        sessions: group.length,
        meanIntervalSeconds: all.length > 0 ? mean(all) : null,
        p90IntervalSeconds: all.length > 0 ? quantileOfSorted(all, 0.9) : null,
        longIntervals: longSeconds.map((bound) => all.filter((gap) => gap > bound).length / group.length),
      };
    });
}
