import { hoursAndWeekdays, mean, variance } from '../../base/index.js';
import { observedSpan } from '../slice.js';
import type { Trace } from '../trace.js';

const HOUR = 3600;
const DAY_HOURS = 24;
const WEEK_HOURS = 168;

/** How often requests come, hour by hour. The hours are whole ones of the trace's clock; unfinished ones at the ends are left out. */
export interface RateStatistics {
  /** Second at which the first hour starts. */
  readonly fromSeconds: number;
  /** Requests per hour, in order. */
  readonly perHour: Float64Array;
  /** Failed requests per hour. */
  readonly failedPerHour: Float64Array;
  /** Mean requests per hour by weekday and hour of day, [7][24]; null where never observed. Weekday 0 is Monday where there are dates, else the file's day 0. */
  readonly byWeekday: readonly (readonly (number | null)[])[];
  /** Correlation of the load with itself a day and a week earlier; null where the trace is too short. @source BurstGPT Figs 2-5 */
  readonly autocorrelationDay: number | null;
  readonly autocorrelationWeek: number | null;
  /** Requests per whole day: mean and standard deviation; null with no day, or one. */
  readonly perDay: { readonly days: number; readonly mean: number | null; readonly deviation: number | null };
}

/**
 * The rates of some requests of a trace.
 *
 * @param rows which requests, ascending
 */
export function rateStatistics(trace: Trace, rows: Uint32Array): RateStatistics {
  const { start, end } = observedSpan(trace);
  const offset = (((trace.startEpochSeconds ?? 0) % HOUR) + HOUR) % HOUR;
  const fromSeconds = Math.ceil((start + offset) / HOUR - 1e-9) * HOUR - offset;
  const hours = Math.max(0, Math.floor((end - fromSeconds) / HOUR + 1e-9));
  const perHour = new Float64Array(hours);
  const failedPerHour = new Float64Array(hours);
  for (const row of rows) {
    const hour = Math.floor((trace.arrival[row]! - fromSeconds) / HOUR);
    if (hour < 0 || hour >= hours) continue;
    perHour[hour]!++;
    if (trace.outputTokens[row] === 0) failedPerHour[hour]!++;
  }
  const days = Array.from({ length: Math.floor(hours / DAY_HOURS) }, (_, day) =>
    perHour.subarray(day * DAY_HOURS, (day + 1) * DAY_HOURS).reduce((sum, count) => sum + count, 0),
  );
  return {
    fromSeconds,
    perHour,
    failedPerHour,
    byWeekday: meansByWeekday(trace, fromSeconds, perHour),
    autocorrelationDay: autocorrelation(perHour, DAY_HOURS),
    autocorrelationWeek: autocorrelation(perHour, WEEK_HOURS),
    perDay: {
      days: days.length,
      mean: days.length > 0 ? mean(days) : null,
      deviation: days.length > 1 ? Math.sqrt(variance(days)) : null,
    },
  };
}

function meansByWeekday(trace: Trace, fromSeconds: number, perHour: Float64Array): (number | null)[][] {
  const starts = perHour.map((_, i) => fromSeconds + i * HOUR);
  const { hour, weekday } = hoursAndWeekdays(trace.startEpochSeconds, trace.timeZone, starts);
  const sums = new Float64Array(WEEK_HOURS);
  const counts = new Uint32Array(WEEK_HOURS);
  perHour.forEach((value, i) => {
    const cell = weekday[i]! * DAY_HOURS + hour[i]!;
    sums[cell]! += value;
    counts[cell]!++;
  });
  return Array.from({ length: 7 }, (_, day) =>
    Array.from({ length: DAY_HOURS }, (_, at) => {
      const cell = day * DAY_HOURS + at;
      return counts[cell]! > 0 ? sums[cell]! / counts[cell]! : null;
    }),
  );
}

/**
 * Correlation of a series with itself `lag` steps earlier, about its own mean: 1 repeats itself, 0 has nothing to do with it. Null
 * where fewer than a day of pairs is left or the series never changes.
 */
export function autocorrelation(values: Float64Array, lag: number): number | null {
  if (values.length < lag + DAY_HOURS) return null;
  const [now, before] = [values.subarray(lag), values.subarray(0, values.length - lag)];
  const [centreNow, centreBefore] = [mean(now), mean(before)];
  let [both, ofNow, ofBefore] = [0, 0, 0];
  for (let i = 0; i < now.length; i++) {
    const [a, b] = [now[i]! - centreNow, before[i]! - centreBefore];
    both += a * b;
    ofNow += a * a;
    ofBefore += b * b;
  }
  return ofNow > 0 && ofBefore > 0 ? both / Math.sqrt(ofNow * ofBefore) : null;
}
