import { InputError } from '../base/index.js';
import type { TargetSeries } from '../load/index.js';
import { makeCalibrated } from './calibrated.js';
import { ensemble } from './ensemble/default-ensemble.js';
import { HOLIDAY } from './features/index.js';
import type { Forecaster } from './forecaster.js';
import {
  boostedChange,
  boostedMedian,
  boostedPaper,
  boostedPoisson,
  boostedRaw,
  ridgeDifference,
  ridgeRoot,
} from './learners/all-learners.js';
import { learnerModel } from './learners/learner-model.js';
import { medianHead } from './median-head.js';
import { arima } from './models/arima/arima.js';
import { dense } from './models/dense.js';
import { ewma } from './models/ewma.js';
import { holtWinters } from './models/holt-winters.js';
import { kalmanLevel, kalmanTrend } from './models/kalman.js';
import { lastValue } from './models/last.js';
import { lstm } from './models/lstm.js';
import { movingAverage } from './models/moving-average.js';
import { paper } from './models/paper.js';
import { sameBinLastWeek, sameBinYesterday } from './models/seasonal.js';
import { tcn } from './models/tcn.js';
import { weightedEwma } from './models/weighted-ewma.js';
import type { FitOptions, PointModel } from './point-model.js';

const MODELS: readonly PointModel[] = [
  lastValue,
  movingAverage,
  ewma,
  weightedEwma,
  sameBinYesterday,
  sameBinLastWeek,
  holtWinters,
  kalmanLevel,
  kalmanTrend,
  arima,
  paper,
  ...[ridgeDifference, ridgeRoot, boostedPaper, boostedRaw, boostedChange, boostedPoisson, boostedMedian].map(
    learnerModel,
  ),
  dense,
  lstm,
  tcn,
  ensemble,
  { ...ensemble, name: 'ensemble-median' },
];

/** Every forecaster by name, simplest first. */
export const FORECASTER_NAMES: readonly string[] = MODELS.map(({ name }) => name);

/**
 * A new forecaster, not fitted yet.
 *
 * @param name one of FORECASTER_NAMES
 * @throws InputError at another name
 */
export function makeForecaster(name: string, options: FitOptions): Forecaster {
  const model = MODELS.find((known) => known.name === name);
  if (!model) throw new InputError(`model must be one of ${FORECASTER_NAMES.join(', ')}, got "${name}"`);
  if (!Number.isInteger(options.horizon) || options.horizon < 1)
    throw new RangeError(`Cannot forecast: horizon must be a whole number of steps >= 1, got ${options.horizon}`);
  const forecaster = makeCalibrated(model, options);
  return name === 'ensemble-median' ? medianHead(forecaster) : forecaster;
}

/**
 * The features that a forecaster's fit reads besides the series itself, in order; none for the simple ones. The holiday is the
 * last of them where the series knows its holidays.
 *
 * @throws InputError at a name that is not in FORECASTER_NAMES
 */
export function featuresOf(name: string, { holidays }: Pick<TargetSeries, 'holidays'> = {}): readonly string[] {
  const model = MODELS.find((known) => known.name === name);
  if (!model) throw new InputError(`model must be one of ${FORECASTER_NAMES.join(', ')}, got "${name}"`);
  const { features = [] } = model;
  return features.length > 0 && holidays !== undefined ? [...features, HOLIDAY] : features;
}
