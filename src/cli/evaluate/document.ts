import { QUANTILE_LEVELS, type Interval, type MeasureIntervals } from '../../forecast/index.js';
import type { FrameColumns } from '../../load/index.js';
import type { Evaluation, Judged } from './evaluation.js';

/** What was scored, as the document says it. */
export interface SeriesFacts {
  readonly target: string;
  readonly startEpochSeconds: number | null;
  readonly binSeconds: number;
  readonly bins: number;
  readonly missingBins: number;
  readonly trainBins: number;
  readonly scoredBins: number;
  readonly refitEvery: number | null;
}

/** Facts of the series of an evaluation. */
export function seriesOf({ target, trainBins, refitEvery }: Evaluation): SeriesFacts {
  const { name, startEpochSeconds, binSeconds, values } = target;
  const known = (part: Float64Array): number => part.reduce((count, value) => count + (Number.isNaN(value) ? 0 : 1), 0);
  return {
    target: name,
    startEpochSeconds,
    binSeconds,
    bins: values.length,
    missingBins: values.length - known(values),
    trainBins,
    scoredBins: known(values.subarray(trainBins)),
    refitEvery: refitEvery ?? null,
  };
}

/** The document of `foresail evaluate --json` (docs/evaluate.md). */
export function evaluationDocument(evaluation: Evaluation): object {
  const { input, judged } = evaluation;
  return { ...(input ? { input } : {}), series: seriesOf(evaluation), models: judged.map(modelOf) };
}

function modelOf({ score, intervals, againstBest, standInBins }: Judged): object {
  const { model, horizon, nmae, nmse, nmseEnergy, bias, p90Coverage, p90Pinball, scoredBins, fitSeconds } = score;
  return {
    ...{ model, horizon, nmae, nmse, nmseEnergy, bias, p90Coverage, p90Pinball, scoredBins, fitSeconds },
    coverage: Object.fromEntries(QUANTILE_LEVELS.map((level, i) => [`p${level * 100}`, score.coverages[i] ?? null])),
    interval95: {
      nmae: pairOf(intervals.nmae),
      nmse: pairOf(intervals.nmse),
      bias: pairOf(intervals.bias),
      p90Coverage: pairOf(intervals.p90Coverage),
      p90Pinball: pairOf(intervals.p90Pinball),
    },
    errorAgainstBest95: pairOf(againstBest),
    ...(standInBins === 0 ? {} : { standInBins }),
    ...(score.undefinedBecause === undefined ? {} : { undefinedBecause: score.undefinedBecause }),
  };
}

function pairOf(interval: Interval | null): [number, number] | null {
  return interval && [interval.low, interval.high];
}

/**
 * The scores as columns, for a frame or a file.
 *
 * @param digits significant digits to round to; all of them when left out
 */
export function scoreColumns({ judged }: Evaluation, digits?: number): FrameColumns {
  const column = (value: (judged: Judged) => number | null): number[] =>
    judged.map((each) => {
      const found = value(each) ?? NaN;
      return digits === undefined || Number.isNaN(found) ? found : Number(found.toPrecision(digits));
    });
  const edge = (name: keyof MeasureIntervals, side: keyof Interval): number[] =>
    column(({ intervals }) => intervals[name]?.[side] ?? null);
  return {
    model: judged.map(({ score }) => score.model),
    horizon: column(({ score }) => score.horizon),
    scoredBins: column(({ score }) => score.scoredBins),
    nmae: column(({ score }) => score.nmae),
    nmaeLow: edge('nmae', 'low'),
    nmaeHigh: edge('nmae', 'high'),
    nmse: column(({ score }) => score.nmse),
    nmseLow: edge('nmse', 'low'),
    nmseHigh: edge('nmse', 'high'),
    nmseEnergy: column(({ score }) => score.nmseEnergy),
    bias: column(({ score }) => score.bias),
    p90Coverage: column(({ score }) => score.p90Coverage),
    p90Pinball: column(({ score }) => score.p90Pinball),
    fitSeconds: column(({ score }) => score.fitSeconds),
  };
}
