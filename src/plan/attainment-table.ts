import type { InstanceCounts } from '../spec/index.js';
import { configurationKey } from './limits.js';

/**
 * What simulated serving says each configuration can do under one workload mix and one SLO: SLO attainment at rising
 * request rates. Plain data, made by `measureAttainment`; every score of the search comes from it.
 */
export interface AttainmentTable {
  /** Share of requests that must meet the SLO. */
  readonly target: number;
  readonly rows: readonly AttainmentRow[];
}

/** One configuration's curve. */
export interface AttainmentRow {
  readonly counts: InstanceCounts;
  /** Requests per second, ascending. */
  readonly rates: readonly number[];
  /** Attainment at each rate, never rising. */
  readonly attainment: readonly number[];
  /** Largest rate that keeps the target. */
  readonly goodput: number;
}

/** The table's rows by `configurationKey`. */
export type AttainmentIndex = ReadonlyMap<number, AttainmentRow>;

/** Rows found by their configuration. */
export function indexTable(table: AttainmentTable): AttainmentIndex {
  return new Map(table.rows.map((row) => [configurationKey(row.counts), row]));
}

/**
 * Attainment of one configuration at a rate, linear between the simulated rates; beyond the last one it falls as the share
 * of the rate that was served well there.
 *
 * @returns a share in [0, 1]; 1 at rate 0, and 0 without a row (a role without instances serves nothing)
 */
export function attainmentAt(row: AttainmentRow | undefined, rate: number): number {
  if (rate <= 0) return 1;
  if (row === undefined || row.rates.length === 0) return 0;
  const { rates, attainment } = row;
  const last = rates.length - 1;
  if (rate >= rates[last]!) return attainment[last]! * (rates[last]! / rate);
  let high = 0;
  while (rates[high]! < rate) high++;
  const lowRate = high === 0 ? 0 : rates[high - 1]!;
  const lowAttainment = high === 0 ? 1 : attainment[high - 1]!;
  return lowAttainment + ((attainment[high]! - lowAttainment) * (rate - lowRate)) / (rates[high]! - lowRate);
}

/**
 * A row from simulated points in any order: sorted by rate, and made non-rising by carrying the lowest attainment on
 * (a later, faster point that happens to score higher is chance).
 */
export function attainmentRow(
  counts: InstanceCounts,
  points: readonly { rate: number; attainment: number }[],
  goodput: number,
): AttainmentRow {
  const sorted = [...points].sort((a, b) => a.rate - b.rate);
  let floor = 1;
  const attainment = sorted.map((point) => (floor = Math.min(floor, point.attainment)));
  return { counts, rates: sorted.map((point) => point.rate), attainment, goodput };
}
