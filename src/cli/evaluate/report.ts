import path from 'node:path';
import { formatDuration } from '../../base/index.js';
import { QUANTILE_LEVELS, type BacktestScore } from '../../forecast/index.js';
import { hoursOfBins, type TargetSeries } from '../../load/index.js';
import {
  calibrationChart,
  comparisonChart,
  errorByHourChart,
  forecastChart,
  htmlReport,
  makeFigure,
  type ReportSection,
  type ReportTable,
} from '../../report/index.js';
import { formatCount, formatNumber } from '../output.js';
import { seriesOf } from './document.js';
import type { Evaluation, Judged } from './evaluation.js';

/** Lines that a chart of several models can hold apart. */
const MOST_LINES = 5;

/** An evaluation as one self-contained page; charts show the smallest horizon. */
export async function evaluationReport(evaluation: Evaluation): Promise<string> {
  const { file, judged, target } = evaluation;
  const facts = seriesOf(evaluation);
  const horizons = [...new Set(judged.map(({ score }) => score.horizon))];
  const shown = bestFirst(judged.filter(({ score }) => score.horizon === Math.min(...horizons)));
  const refits = facts.refitEvery === null ? 'fitted once' : `fitted anew every ${facts.refitEvery} bins`;
  const best = shown[0]!.score;
  return htmlReport({
    title: `How well ${target.name} can be foreseen`,
    subtitle: `${path.basename(file)}: ${formatCount(facts.bins)} bins of ${formatDuration(target.binSeconds)}, the last ${formatCount(facts.scoredBins)} scored; ${refits}.`,
    highlights: [
      { label: 'least squared error', value: best.model, note: `NMSE ${formatNumber(best.nmse, 3)}` },
      { label: 'its NMAE', value: formatNumber(best.nmae, 3), note: 'Σ|error| / Σ|actual|' },
      {
        label: 'its P90 covers',
        value: best.p90Coverage === null ? '-' : `${formatNumber(100 * best.p90Coverage, 1)} %`,
        note: 'of bins; 90 % is asked for',
      },
    ],
    sections: [
      await courseSection(evaluation, best),
      { heading: 'Scores', tables: horizons.map((horizon) => scoresTable(judged, horizon)) },
      await errorSection(evaluation, shown),
      await calibrationSection(shown),
    ],
    footer:
      'Every forecast was made from the bins before it alone. Intervals: circular block bootstrap, 95 %. Made by foresail evaluate.',
  });
}

/** By squared error; those that have none come last. */
function bestFirst(judged: readonly Judged[]): Judged[] {
  return judged.toSorted((a, b) => (a.score.nmse ?? Infinity) - (b.score.nmse ?? Infinity));
}

async function courseSection({ target, trainBins }: Evaluation, best: BacktestScore): Promise<ReportSection> {
  const { startEpochSeconds, timeZone, binSeconds, startSeconds = 0 } = target;
  const most = Math.max(48, Math.round((2 * 86400) / binSeconds));
  const from = Math.max(0, best.mean.length - most);
  const chart = await makeFigure(
    forecastChart,
    {
      title: `Forecast of ${best.model} against what came`,
      grid: { startEpochSeconds, timeZone, binSeconds, fromSeconds: startSeconds + (trainBins + from) * binSeconds },
      actual: target.values.subarray(trainBins + from),
      ...{ p50: best.p50.subarray(from), p90: best.p90.subarray(from), unit: target.name, model: best.model },
    },
    `Each bin as it was forecast ${best.horizon === 1 ? 'one bin' : `${best.horizon} bins`} ahead: the middle of the forecast and the band up to P90, which nine bins in ten should stay below. The end of the scored bins is shown.`,
  );
  return { heading: 'Forecasts against what came', figures: [chart] };
}

function scoresTable(judged: readonly Judged[], horizon: number): ReportTable {
  const rows = bestFirst(judged.filter(({ score }) => score.horizon === horizon));
  const span = (interval: { low: number; high: number } | null): string =>
    interval === null ? '-' : `${formatNumber(interval.low, 3)} to ${formatNumber(interval.high, 3)}`;
  return {
    caption: `${horizon === 1 ? 'One bin' : `${horizon} bins`} ahead, best first. NMSE = Σ error² / Σ (actual − mean)²; pinball loss is over the mean.`,
    header: ['model', 'NMAE', '95 %', 'NMSE', '95 %', 'bias', 'P90 covers', 'P90 pinball'],
    rows: rows.map(({ score, intervals }) => [
      score.model,
      formatNumber(score.nmae, 4),
      span(intervals.nmae),
      formatNumber(score.nmse, 4),
      span(intervals.nmse),
      formatNumber(score.bias, 4),
      formatNumber(score.p90Coverage, 3),
      formatNumber(score.p90Pinball, 4),
    ]),
    bestRow: 0,
  };
}

async function errorSection({ target, trainBins }: Evaluation, shown: readonly Judged[]): Promise<ReportSection> {
  const some = shown.slice(0, MOST_LINES);
  const byHour = await makeFigure(
    errorByHourChart,
    {
      title: 'Error by hour of the day',
      unit: `${target.name} per ${formatDuration(target.binSeconds)}`,
      models: some.map(({ score }) => ({ name: score.model, errors: errorsByHour(target, trainBins, score) })),
    },
    `Mean absolute error of the bins that start in each hour (${target.startEpochSeconds === null ? "the file's own clock" : target.timeZone}), for the ${some.length} models with the least squared error.`,
  );
  const compared = await makeFigure(
    comparisonChart,
    {
      title: 'Errors of all models',
      names: shown.map(({ score }) => score.model),
      measures: [
        { title: 'NMSE', values: shown.map(({ score }) => score.nmse ?? NaN), better: 'lower' },
        { title: 'NMAE', values: shown.map(({ score }) => score.nmae ?? NaN), better: 'lower' },
      ],
    },
    'The same scores as bars.',
  );
  return { heading: 'Where the errors are', figures: [byHour, compared] };
}

/** Mean absolute errors of one model over the 24 hours of the day; NaN where nothing was scored. */
export function errorsByHour(target: TargetSeries, trainBins: number, { mean }: BacktestScore): Float64Array {
  const { hour } = hoursOfBins(target, trainBins, mean.length);
  const sums = new Float64Array(24);
  const counts = new Float64Array(24);
  mean.forEach((value, row) => {
    const error = Math.abs(value - target.values[trainBins + row]!);
    if (Number.isNaN(error)) return;
    sums[hour[row]!]! += error;
    counts[hour[row]!]! += 1;
  });
  return sums.map((sum, at) => (counts[at]! > 0 ? sum / counts[at]! : NaN));
}

async function calibrationSection(shown: readonly Judged[]): Promise<ReportSection> {
  const models = shown.slice(0, MOST_LINES).map(({ score }) => ({
    name: score.model,
    coverages: score.coverages.map((share) => share ?? NaN),
  }));
  const figure = await makeFigure(
    calibrationChart,
    { title: 'Do the quantiles keep what they promise?', levels: QUANTILE_LEVELS, models },
    'A line above the diagonal promises too little, and costs GPUs; one below it promises too much, and costs requests.',
  );
  return { heading: 'Calibration', figures: [figure] };
}
