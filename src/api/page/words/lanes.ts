import { split, moment, type Counts } from './format.js';
import type { Table } from './table.js';

/** The GPUs that one way of running holds over time. */
export interface Lane {
  readonly name: string;
  /** The figures beside the name. */
  readonly note: string;
  /** From each moment on, in order. */
  readonly steps: readonly (Counts & { readonly atSeconds: number })[];
}

/** What a lane holds at a moment. */
export function countsAt({ steps }: Lane, atSeconds: number): Counts {
  return steps.findLast((step) => step.atSeconds <= atSeconds) ?? steps[0] ?? {};
}

/** Moments from start to end, end left out. */
export function moments(startSeconds: number, endSeconds: number, stepSeconds: number): number[] {
  const count = Math.max(1, Math.round((endSeconds - startSeconds) / stepSeconds));
  return Array.from({ length: count }, (_, i) => startSeconds + i * stepSeconds);
}

/** Lanes as a table, a row for each moment. */
export function laneTable(lanes: readonly Lane[], at: readonly number[], startEpochSeconds: number | null): Table {
  return {
    columns: ['time', ...lanes.map(({ name }) => name)],
    rows: at.map((atSeconds) => [
      moment(atSeconds, startEpochSeconds),
      ...lanes.map((lane) => split(countsAt(lane, atSeconds))),
    ]),
  };
}
