import { InputError, seededRandom } from '../../base/index.js';
import { makeForecaster, QUANTILE_LEVELS, quantileOf, type Forecast } from '../../forecast/index.js';
import { binTrace, mixOf, refineLoad, targetOf, type TargetSeries } from '../../load/index.js';
import { observedSpan } from '../../trace/index.js';
import type { Answer, Question } from '../questions.js';
import { liveSeries, type PastSeries } from './live.js';
import { finite, keyOf, type AnswerTools } from './memory.js';
import { readPart, type Part } from './traffic.js';

/** Fits see at most so many bins of the past. */
const MOST_BINS = 5000;
/** Bins of the past that answers show. */
const SHOWN_BINS = 500;

/** Forecasts the bins after the part. */
export async function answerForecast(
  question: Question<'forecast'>,
  { traceFile, past, memory, report }: AnswerTools,
): Promise<Answer<'forecast'>> {
  const { binSeconds, model, target } = question;
  const { series, originSeconds, startEpochSeconds, factor } =
    past === null ? await tracePast(question, traceFile) : liveSeries(past, question, target);
  const key = forecastKey(question);
  let forecast = past === null ? (memory.recall(key) as Forecast | undefined) : undefined;
  if (forecast === undefined) {
    report(0, 1, 'fitting');
    const forecaster = makeForecaster(model, { horizon: question.steps, seed: question.seed });
    await forecaster.fit(series);
    forecast = forecaster.forecast(question.steps);
    if (past === null) memory.keep(key, forecast);
  }
  const from = originSeconds - series.values.length * binSeconds;
  const shown = Math.max(0, series.values.length - SHOWN_BINS);
  return {
    schema: 'foresail.forecast/1',
    ...{ startEpochSeconds, originSeconds, binSeconds, target, model },
    loadFactor: factor,
    history: Array.from(series.values.subarray(shown), (value, row) => ({
      atSeconds: from + (shown + row) * binSeconds,
      value: finite(value),
    })),
    steps: stepsOf(forecast, originSeconds),
  };
}

/** What the forecast of a question is kept under. */
export function forecastKey(question: Question<'forecast'>): string {
  return keyOf('forecast', ['answer', question]);
}

/** The bins of a part of a trace. */
async function tracePast(question: Question<'forecast'>, traceFile: string): Promise<PastSeries> {
  const part = await readPart(question.traffic, traceFile);
  const { startEpochSeconds } = part.trace;
  const originSeconds = observedSpan(part.trace).end;
  return { series: seriesOf(part, question), originSeconds, startEpochSeconds, factor: part.factor };
}

function seriesOf({ trace, factor }: Part, { binSeconds, target, seed }: Question<'forecast'>): TargetSeries {
  const { start, end } = observedSpan(trace);
  const bins = Math.min(MOST_BINS, Math.floor((end - start) / binSeconds + 1e-9));
  if (bins < 2)
    throw new InputError(`binSeconds: the traffic has ${bins} whole bins of ${binSeconds} s, and a forecast needs two`);
  const load = binTrace(trace, binSeconds, { fromSeconds: end - bins * binSeconds, toSeconds: end });
  if (factor === 1) return targetOf(load, target);
  const shape = mixOf(trace).gapShape;
  return targetOf(refineLoad(load, factor, 1, shape, seededRandom(seed, 'load scaling')), target);
}

function stepsOf(forecast: Forecast, originSeconds: number): Answer<'forecast'>['steps'] {
  const levels = QUANTILE_LEVELS.map((level) => quantileOf(forecast, level));
  return Array.from(forecast.mean, (mean, step) => {
    const [p50, p80, p90, p95, p99] = levels.map((values) => values[step]!) as [number, number, number, number, number];
    return { atSeconds: originSeconds + step * forecast.binSeconds, mean, p50, p80, p90, p95, p99 };
  });
}
