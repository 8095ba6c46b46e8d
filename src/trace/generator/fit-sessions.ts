import { quantileOfSorted, variance } from '../../base/index.js';
import { sessionStatistics } from '../statistics/sessions.js';
import type { Trace } from '../trace.js';
import type { SessionModel } from './model.js';

/** Conversations of a trace; null where it knows none, or none has two requests. */
export function fitSessions(trace: Trace): SessionModel | null {
  const statistics = sessionStatistics(trace);
  if (!statistics || statistics.shareOfOne === 1) return null;
  const { sessions, requests, shareOfOne } = statistics;
  const ones = Math.round(shareOfOne * sessions);
  const latest = new Map<number, number>();
  const logs: number[] = [];
  for (let row = 0; row < trace.arrival.length; row++) {
    const id = trace.session[row]!;
    const before = latest.get(id);
    if (id >= 0 && before !== undefined) logs.push(Math.log(Math.max(1, trace.arrival[row]! - before)));
    latest.set(id, trace.arrival[row]!);
  }
  const sorted = Float64Array.from(logs).sort();
  return {
    shareOfOne,
    meanOfOthers: Math.max(2, (requests - ones) / (sessions - ones)),
    intervalSeconds: {
      median: Math.exp(quantileOfSorted(sorted, 0.5)),
      logDeviation: sorted.length > 1 ? Math.sqrt(variance(sorted)) : 0,
    },
  };
}
