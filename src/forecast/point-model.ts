import type { MemberStanding } from './forecaster.js';
import type { History } from './history.js';
import type { Plain } from './plain.js';

/** What a fit is told besides the rows. */
export interface FitOptions {
  /** Steps ahead that will be asked for, at least 1. */
  readonly horizon: number;
  readonly seed: number;
  /** Scored bins over which an ensemble benches members that the last value beats; left out: none is benched. */
  readonly benchWindow?: number;
}

/**
 * A way to expect the next bins; what makes it a Forecaster (residuals, quantiles, cold start, saving) is the same for all
 * of them and stands in `calibrated.ts`.
 */
export interface PointModel {
  readonly name: string;
  /** True where a fit learns its rows by heart, so that only rows it was not fitted on give honest residuals. */
  readonly memorises: boolean;
  /** What a fit reads besides the series itself, by name and in order; left out: nothing. A saved model goes only with the same list. */
  readonly features?: readonly string[];
  /**
   * Learns from the first `rows` rows, and from them alone.
   *
   * @param trial where the model memorises: itself, fitted on earlier rows and walked through the rest of the `rows`; what it
   * found out about its own parts there may go over
   */
  fit(
    history: History,
    rows: number,
    options: FitOptions,
    trial?: FittedModel | null,
  ): FittedModel | Promise<FittedModel>;
  /** A fitted model from the `state()` of another. */
  revive(state: Plain): FittedModel;
}

/** A fitted point model, and what it keeps from row to row. */
export interface FittedModel {
  /** Takes in one row; called for every row in order from row 0. */
  observe(history: History, row: number): void;
  /**
   * Expected values of the rows `origin`, `origin + 1`, ... as far as `into` is long; NaN where the model cannot tell yet.
   * Called after `observe` of row `origin - 1`; reads rows below `origin` only.
   */
  predict(history: History, origin: number, into: Float64Array): void;
  /** Medians of the steps that were predicted last; left out where the model has no medians of its own. */
  medians?(into: Float64Array): void;
  /** As in Forecaster. */
  members?(): readonly MemberStanding[];
  state(): Plain;
}

/** For models that keep nothing from row to row. */
export const observeNothing = (): void => undefined;
