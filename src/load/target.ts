import { fallsOn, hoursAndWeekdays } from '../base/index.js';
import type { LoadSeries, TargetName, TargetSeries } from './series.js';

/** Every target that a LoadSeries has. */
export const TARGET_NAMES: readonly TargetName[] = ['requests', 'promptTokens', 'outputTokens', 'meanTokens'];

/**
 * One column of a load series as a target to forecast: NaN where the bin is missing. `meanTokens` is (prompt + response
 * tokens) / requests, missing where there were no requests.
 */
export function targetOf(load: LoadSeries, name: TargetName): TargetSeries {
  const { requests, promptTokens, outputTokens, observed } = load;
  const values = Float64Array.from(requests, (count, bin) => {
    if (observed[bin] === 0) return NaN;
    if (name === 'meanTokens') return count > 0 ? (promptTokens[bin]! + outputTokens[bin]!) / count : NaN;
    return load[name][bin]!;
  });
  return { name, ...clockOf(load), values, ...(name === 'meanTokens' ? { weights: requests } : {}) };
}

/**
 * The same load in bins `factor` times as wide. A wide bin with any missing part is missing; the last bins that do not fill
 * a wide one are left out.
 */
export function aggregate(load: LoadSeries, factor: number): LoadSeries {
  checkFactor(factor);
  const sum = (column: Float64Array): Float64Array => sumRuns(column, factor);
  const present = sum(Float64Array.from(load.observed));
  return {
    ...clockOf(load),
    binSeconds: load.binSeconds * factor,
    requests: sum(load.requests),
    promptTokens: sum(load.promptTokens),
    outputTokens: sum(load.outputTokens),
    observed: Uint8Array.from(present, (count) => (count === factor ? 1 : 0)),
  };
}

/**
 * A target that adds up (requests, tokens; not means) in bins `factor` times as wide; missing parts make a bin missing, and
 * an unfinished last one is left out.
 */
export function aggregateTarget(target: TargetSeries, factor: number): TargetSeries {
  checkFactor(factor);
  return { ...target, binSeconds: target.binSeconds * factor, values: sumRuns(target.values, factor) };
}

/** Hour and weekday of bins `from` to `from + count - 1`, which may lie beyond the series' end. */
export function hoursOfBins(
  series: LoadSeries | TargetSeries,
  from: number,
  count: number,
): { hour: Uint8Array; weekday: Uint8Array } {
  const { startSeconds = 0, binSeconds } = series;
  const moments = Float64Array.from({ length: count }, (_, i) => startSeconds + (from + i) * binSeconds);
  return hoursAndWeekdays(series.startEpochSeconds, series.timeZone, moments);
}

/** 1 for each of the bins `from` to `from + count - 1` that starts on a holiday of the series, else 0. */
export function holidaysOfBins(series: TargetSeries, from: number, count: number): Uint8Array {
  const { startEpochSeconds, timeZone, startSeconds = 0, binSeconds, holidays = [] } = series;
  if (startEpochSeconds === null || holidays.length === 0) return new Uint8Array(count);
  const moments = Float64Array.from({ length: count }, (_, i) => startSeconds + (from + i) * binSeconds);
  return fallsOn(startEpochSeconds, timeZone, moments, holidays);
}

/** What LoadSeries and TargetSeries have in common: where the bins lie in time. */
function clockOf(load: LoadSeries): Omit<TargetSeries, 'name' | 'values'> {
  const { startEpochSeconds, timeZone, binSeconds, startSeconds } = load;
  return { startEpochSeconds, timeZone, binSeconds, ...(startSeconds === undefined ? {} : { startSeconds }) };
}

function checkFactor(factor: number): void {
  if (!Number.isInteger(factor) || factor < 1)
    throw new RangeError(`Cannot widen bins: factor must be a whole number of at least 1, got ${factor}`);
}

function sumRuns(column: Float64Array, factor: number): Float64Array {
  const sums = new Float64Array(Math.floor(column.length / factor));
  for (let i = 0; i < sums.length * factor; i++) sums[Math.floor(i / factor)]! += column[i]!;
  return sums;
}
