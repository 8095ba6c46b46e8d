import type { History } from '../history.js';

/** Rows after which a past error counts half. */
const HALF_LIFE = 150;
/** How sharply a member's weight falls with its loss relative to the best; of squared errors for the mean, absolute ones for the median. */
const SHARPNESS = { mean: 3, median: 8 } as const;
/** Outcomes that are needed before weights differ. */
const ENOUGH = 10;

/** The two heads: weights by squared errors make the mean, by absolute errors the median. */
export type Head = 'mean' | 'median';

/** Discounted losses of the members at one step; plain data. */
export interface Losses {
  readonly step: number;
  readonly squared: Float64Array;
  readonly absolute: Float64Array;
  outcomes: number;
  /** Forecasts made at the newest origins, the oldest first: row they are for, and one number a member. */
  pending: { readonly row: number; readonly expected: Float64Array }[];
}

/** The losses of so many members at one step ahead before any forecast was judged. */
export function noLosses(step: number, members: number): Losses {
  return {
    step,
    squared: new Float64Array(members),
    absolute: new Float64Array(members),
    outcomes: 0,
    pending: [],
  };
}

/** Remembers what members expect of the row `step` ahead, until it comes. */
export function foresee(losses: Losses, origin: number, expected: Float64Array): void {
  const row = origin + losses.step - 1;
  losses.pending = losses.pending.filter((known) => known.row < row);
  losses.pending.push({ row, expected });
}

/** Adds the errors of the forecasts that were made for `row`. A member that could not tell is held to expect what the others did at worst. */
export function judge(losses: Losses, history: History, row: number): void {
  const due = losses.pending.find((known) => known.row === row);
  losses.pending = losses.pending.filter((known) => known.row > row);
  const value = history.values[row]!;
  if (due === undefined || Number.isNaN(value)) return;
  const scale = history.mean > 0 ? history.mean : 1;
  const errors = due.expected.map((expected) => Math.abs(expected - value) / scale);
  const worst = errors.reduce((most, error) => (error > most ? error : most), 0);
  const keep = 0.5 ** (1 / HALF_LIFE);
  errors.forEach((error, i) => {
    const own = Math.min(Number.isNaN(error) ? worst : error, 1e6);
    losses.squared[i] = losses.squared[i]! * keep + own * own;
    losses.absolute[i] = losses.absolute[i]! * keep + own;
  });
  losses.outcomes += 1;
}

/** The weighted mean of what members expect; a member that cannot tell (NaN) is left out. */
export function combine(losses: Losses, head: Head, expected: ArrayLike<number>): number {
  const own = head === 'mean' ? losses.squared : losses.absolute;
  const best = bestOf(own, expected);
  let sum = 0;
  let total = 0;
  for (let i = 0; i < own.length; i++) {
    if (!Number.isFinite(expected[i]!)) continue;
    const distance = losses.outcomes >= ENOUGH && best > 0 ? own[i]! / best - 1 : 0;
    const weight = Math.exp(-SHARPNESS[head] * distance);
    total += weight;
    sum += (expected[i]! - sum) * (weight / total);
  }
  return total > 0 ? sum : NaN;
}

function bestOf(losses: Float64Array, expected: ArrayLike<number>): number {
  let best = Infinity;
  for (let i = 0; i < losses.length; i++) if (Number.isFinite(expected[i]!) && losses[i]! < best) best = losses[i]!;
  return best;
}
