import { seededRandom } from '../../base/index.js';
import {
  binsWithoutSeason,
  errorRatioInterval,
  measureIntervals,
  type BacktestScore,
  type Interval,
  type MeasureIntervals,
} from '../../forecast/index.js';
import type { TargetInput } from '../target-input.js';

/** One score with the intervals that a bootstrap gives it. */
export interface Judged {
  readonly score: BacktestScore;
  readonly intervals: MeasureIntervals;
  /** Squared error over that of the best model of the same horizon; null for the best itself, and where nothing can be compared. */
  readonly againstBest: Interval | null;
  /** Scored bins with no season before them, where the last value stood in for a seasonal model. */
  readonly standInBins: number;
}

/** Everything that an evaluation found. */
export interface Evaluation extends TargetInput {
  readonly file: string;
  readonly trainBins: number;
  readonly refitEvery?: number;
  readonly judged: readonly Judged[];
}

/** Puts intervals to the scores of a backtest. */
export function evaluationOf({
  scores,
  seed,
  ...facts
}: Omit<Evaluation, 'judged'> & { readonly scores: readonly BacktestScore[]; readonly seed: number }): Evaluation {
  const actual = facts.target.values.subarray(facts.trainBins);
  const judged = scores.map((score): Judged => {
    const best = bestOf(scores, score.horizon);
    const random = seededRandom(seed, `bootstrap/${score.horizon}`); // the same rows for every model of a horizon
    return {
      score,
      standInBins: binsWithoutSeason(score.model, facts.target.binSeconds, facts.trainBins, facts.target.values.length),
      intervals: measureIntervals({ actual, mean: score.mean, p90: score.p90 }, random),
      againstBest:
        best === null || best === score
          ? null
          : errorRatioInterval(actual, score.mean, best.mean, seededRandom(seed, `against/${score.horizon}`)),
    };
  });
  return { ...facts, judged };
}

/** The score with the least squared error at one horizon; null where no score has one. */
export function bestOf(scores: readonly BacktestScore[], horizon: number): BacktestScore | null {
  const known = scores.filter((score) => score.horizon === horizon && score.nmse !== null);
  return known.reduce<BacktestScore | null>((best, score) => (best && best.nmse! <= score.nmse! ? best : score), null);
}
