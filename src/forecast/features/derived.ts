import { rowsPerDay, type History } from '../history.js';

/** Half-lives, in rows, of the exponentially weighted means that are features. */
export const HALF_LIVES = [2, 5, 15, 50] as const;
/** Days that a daily profile looks back. */
export const PROFILE_DAYS = 7;

/**
 * Columns that follow from a history row by row and are kept, because computing them afresh for every origin is dear. Each entry
 * depends on rows at or below the one said, so that the future changes none.
 */
export interface Derived {
  /** One a half-life: the weighted mean of the rows up to and with each. */
  readonly levels: readonly Growing[];
  /** Mean over half an hour around a row: needs `around` rows beyond it. */
  readonly smoothed: Growing;
  /** Mean, and mean absolute deviation, of the smoothed same bin over the days before a row: entry `row` looks at rows up to row - day + around. */
  readonly profile: Growing;
  readonly spread: Growing;
  readonly day: number;
  readonly around: number;
}

/** A column that grows. */
export interface Growing {
  values: Float64Array;
  length: number;
}

const known = new WeakMap<History, Derived>();

/** The derived columns of a history, as far as its rows reach now. */
export function derivedOf(history: History): Derived {
  let derived = known.get(history);
  if (derived === undefined) {
    derived = emptyDerived(history);
    known.set(history, derived);
  }
  extendLevels(derived, history);
  extendSmoothed(derived, history);
  extendProfile(derived);
  return derived;
}

function emptyDerived(history: History): Derived {
  const empty = (): Growing => ({ values: new Float64Array(64), length: 0 });
  const day = rowsPerDay(history);
  return {
    levels: HALF_LIVES.map(empty),
    smoothed: empty(),
    profile: empty(),
    spread: empty(),
    day,
    around: Math.min(Math.floor(1800 / history.grid.binSeconds), Math.floor((day - 1) / 2)),
  };
}

function append(column: Growing, value: number): void {
  if (column.length === column.values.length) {
    const larger = new Float64Array(column.length * 2);
    larger.set(column.values);
    column.values = larger;
  }
  column.values[column.length++] = value;
}

function extendLevels({ levels }: Derived, { filled, length }: History): void {
  levels.forEach((column, i) => {
    const alpha = 1 - 0.5 ** (1 / HALF_LIVES[i]!);
    for (let row = column.length; row < length; row++) {
      const before = row > 0 ? column.values[row - 1]! : NaN;
      const value = filled[row]!;
      append(column, Number.isNaN(before) ? value : before + alpha * (value - before));
    }
  });
}

function extendSmoothed({ smoothed, around }: Derived, { filled, length }: History): void {
  for (let row = smoothed.length; row + around < length; row++) {
    let mean = 0;
    let count = 0;
    for (let i = Math.max(0, row - around); i <= row + around; i++) {
      const value = filled[i]!;
      if (!Number.isNaN(value)) mean += (value - mean) / ++count;
    }
    append(smoothed, count > 0 ? mean : NaN);
  }
}

/** Entry `row` needs the smoothed bins of earlier days only, so it reaches a day beyond them. */
function extendProfile({ smoothed, profile, spread, day }: Derived): void {
  for (let row = profile.length; row - day < smoothed.length; row++) {
    let mean = 0;
    let count = 0;
    for (let back = 1; back <= PROFILE_DAYS && row - back * day >= 0; back++) {
      const value = smoothed.values[row - back * day]!;
      if (!Number.isNaN(value)) mean += (value - mean) / ++count;
    }
    let deviation = 0;
    for (let back = 1, seen = 0; back <= PROFILE_DAYS && row - back * day >= 0; back++) {
      const value = smoothed.values[row - back * day]!;
      if (!Number.isNaN(value)) deviation += (Math.abs(value - mean) - deviation) / ++seen;
    }
    append(profile, count > 0 ? mean : NaN);
    append(spread, count > 1 ? deviation : NaN);
  }
}
