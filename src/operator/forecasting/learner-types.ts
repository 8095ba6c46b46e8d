import type { Forecast } from '../../forecast/index.js';
import type { LoadSeries, WorkloadMix } from '../../load/index.js';
import type { MeanTokens } from './mean-tokens.js';

/** How the forecasts of the next bin have come out, over the newest bins; null where a measure is not defined. */
export interface LiveAccuracy {
  readonly bins: number;
  readonly nmae: number | null;
  readonly nmse: number | null;
  readonly bias: number | null;
  /** Share of bins at or below the level that is planned for. */
  readonly coverage: number | null;
}

/** What is expected after the newest bin, and by whom. */
export interface LearnedForecast {
  /** End of the newest bin that the model has seen, Unix seconds. */
  readonly originAt: number;
  readonly binSeconds: number;
  /** Requests per bin. */
  readonly requests: Forecast;
  /** What each of them brings, from the mix so far; null while that is not known. */
  readonly meanTokens: MeanTokens | null;
  /** The forecaster's name. */
  readonly model: string;
  /** End of the history that the model was trained on, Unix seconds; null for one that was not trained. */
  readonly trainedAt: number | null;
  /** Null while no forecast has come true. */
  readonly accuracy: LiveAccuracy | null;
  /** True while a baseline forecasts, because no model is trained. */
  readonly isCold: boolean;
  /** Who forecasts and why, for people. */
  readonly reason: string;
}

/** Learns the load of one service, bin by bin, and trains models of it beside the event loop. */
export interface LoadLearner {
  /**
   * Takes in bins that came after those it knows (others it ignores), and the mix of the requests that came with them.
   *
   * @throws RangeError when the bins are of another width, or have no dates
   */
  append(load: LoadSeries, mix?: WorkloadMix | null): void;
  /**
   * Takes in bins that came right before those it knows, as far as it keeps so many.
   *
   * @throws RangeError as above
   */
  prepend(load: LoadSeries): void;
  /**
   * What is expected from the newest bin on; null while no bin was observed, or when the newest one that was is too old to look from.
   *
   * @param options.mayTrain false while much of the past is still to be taken in; default true
   */
  forecast(now: number, options?: { readonly mayTrain: boolean }): Promise<LearnedForecast | null>;
  /** The mix of the requests so far, older ones counting less; null while none is known. */
  mix(): WorkloadMix | null;
  /** Stops a training that runs. What was trained before stays on the volume. */
  close(): Promise<void>;
}
