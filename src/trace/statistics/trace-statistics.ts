import { observedSpan } from '../slice.js';
import { failedCount, requestCount, type Trace } from '../trace.js';
import { burstinessWindows, isInWholeSeconds, type BurstinessWindow } from './burstiness-windows.js';
import { lengthStatistics, type LengthsOfGroup } from './lengths.js';
import { qualityStatistics, type QualityStatistics } from './quality.js';
import { rateStatistics, type RateStatistics } from './rates.js';
import { sessionStatistics, type SessionStatistics } from './sessions.js';

/** Requests, and those of them that failed. */
export interface Tally {
  readonly requests: number;
  readonly failed: number;
}

/** One model's requests of one service. */
export interface GroupStatistics extends Tally, LengthsOfGroup {
  readonly failureRate: number;
  readonly rates: RateStatistics;
  /** Failure rate of each whole day, mean and standard deviation; null where there is no day with requests. @source BurstGPT Fig 11 */
  readonly failureByDay: {
    readonly rates: readonly (number | null)[];
    readonly mean: number | null;
    readonly deviation: number | null;
  };
}

/** One service. */
export interface ServiceStatistics extends Tally {
  readonly failureRate: number;
  readonly meanRate: number;
  readonly models: Readonly<Record<string, GroupStatistics>>;
  readonly rates: RateStatistics;
  readonly burstiness: { readonly windowSeconds: number; readonly windows: readonly BurstinessWindow[] };
}

/** A trace, characterised as the paper does its own. @source BurstGPT section 3 */
export interface TraceStatistics extends Tally {
  readonly spanSeconds: number;
  readonly startEpochSeconds: number | null;
  readonly meanRate: number;
  readonly services: Readonly<Record<string, ServiceStatistics>>;
  readonly models: Readonly<Record<string, Tally>>;
  readonly sessions: SessionStatistics | null;
  readonly quality: QualityStatistics;
}

/** Characterises a trace; services and models without requests are left out. */
export function traceStatistics(trace: Trace): TraceStatistics {
  const { start, end } = observedSpan(trace);
  const isWholeSeconds = isInWholeSeconds(trace.arrival);
  const rowsOf = rowsByGroup(trace);
  const services: Record<string, ServiceStatistics> = {};
  trace.serviceNames.forEach((name, code) => {
    const statistics = serviceStatistics(trace, rowsOf[code]!, end - start, isWholeSeconds);
    if (statistics) services[name] = statistics;
  });
  const models: Record<string, Tally> = {};
  trace.modelNames.forEach((name) => {
    const tallies = Object.values(services).flatMap((service) => service.models[name] ?? []);
    const sum = (of: (tally: Tally) => number): number => tallies.reduce((total, tally) => total + of(tally), 0);
    if (tallies.length > 0)
      models[name] = { requests: sum(({ requests }) => requests), failed: sum(({ failed }) => failed) };
  });
  return {
    requests: requestCount(trace),
    failed: failedCount(trace),
    spanSeconds: end - start,
    startEpochSeconds: trace.startEpochSeconds,
    meanRate: requestCount(trace) / (end - start),
    services,
    models,
    sessions: sessionStatistics(trace),
    quality: qualityStatistics(trace, isWholeSeconds),
  };
}

/** Rows of each service and model, ascending. */
function rowsByGroup({ service, model, serviceNames, modelNames }: Trace): Uint32Array[][] {
  const counts = serviceNames.map(() => new Uint32Array(modelNames.length));
  for (let row = 0; row < service.length; row++) counts[service[row]!]![model[row]!]!++;
  const groups = counts.map((ofModels) => Array.from(ofModels, (count) => new Uint32Array(count)));
  for (const ofModels of counts) ofModels.fill(0);
  for (let row = 0; row < service.length; row++) {
    const [code, at] = [service[row]!, model[row]!];
    groups[code]![at]![counts[code]![at]!++] = row;
  }
  return groups;
}

function serviceStatistics(
  trace: Trace,
  groups: readonly Uint32Array[],
  spanSeconds: number,
  isWholeSeconds: boolean,
): ServiceStatistics | null {
  const rows = joined(groups);
  if (rows.length === 0) return null;
  const models: Record<string, GroupStatistics> = {};
  groups.forEach((group, code) => {
    if (group.length > 0) models[trace.modelNames[code]!] = groupStatistics(trace, group);
  });
  const failed = Object.values(models).reduce((sum, group) => sum + group.failed, 0);
  const arrival = Float64Array.from(rows, (row) => trace.arrival[row]!);
  return {
    requests: rows.length,
    failed,
    failureRate: failed / rows.length,
    meanRate: rows.length / spanSeconds,
    models,
    rates: rateStatistics(trace, rows),
    burstiness: { windowSeconds: 1200, windows: burstinessWindows(arrival, isWholeSeconds) },
  };
}

function joined(groups: readonly Uint32Array[]): Uint32Array {
  const rows = new Uint32Array(groups.reduce((sum, group) => sum + group.length, 0));
  let at = 0;
  for (const group of groups) {
    rows.set(group, at);
    at += group.length;
  }
  return rows.sort();
}

function groupStatistics(trace: Trace, rows: Uint32Array): GroupStatistics {
  const isServed = (row: number): boolean => trace.outputTokens[row]! > 0;
  const failed = rows.filter((row) => !isServed(row)).length;
  const served = trace.tokensKnown === false ? new Uint32Array(0) : rows.filter(isServed);
  const rates = rateStatistics(trace, rows);
  return {
    requests: rows.length,
    failed,
    failureRate: failed / rows.length,
    rates,
    failureByDay: failuresByDay(rates),
    ...lengthStatistics(
      served.map((row) => trace.promptTokens[row]!),
      served.map((row) => trace.outputTokens[row]!),
    ),
  };
}

function failuresByDay({ perHour, failedPerHour }: RateStatistics): GroupStatistics['failureByDay'] {
  const sumOf = (values: Float64Array, day: number): number =>
    values.subarray(day * 24, (day + 1) * 24).reduce((sum, value) => sum + value, 0);
  const rates = Array.from({ length: Math.floor(perHour.length / 24) }, (_, day) => {
    const requests = sumOf(perHour, day);
    return requests > 0 ? sumOf(failedPerHour, day) / requests : null;
  });
  const known = rates.filter((rate) => rate !== null);
  if (known.length === 0) return { rates, mean: null, deviation: null };
  const centre = known.reduce((sum, rate) => sum + rate, 0) / known.length;
  const squares = known.reduce((sum, rate) => sum + (rate - centre) ** 2, 0);
  return { rates, mean: centre, deviation: known.length > 1 ? Math.sqrt(squares / (known.length - 1)) : null };
}
