import { InputError } from '../base/index.js';
import { makeCalibrated } from './calibrated.js';
import type { Forecaster } from './forecaster.js';
import { dense } from './models/dense.js';
import { makeEnsemble } from './models/ensemble.js';
import { ewma } from './models/ewma.js';
import { lastValue } from './models/last.js';
import { movingAverage } from './models/moving-average.js';
import { paper } from './models/paper.js';
import { sameBinLastWeek, sameBinYesterday } from './models/seasonal.js';
import type { FitOptions, PointModel } from './point-model.js';

const SINGLE: readonly PointModel[] = [lastValue, movingAverage, ewma, sameBinYesterday, sameBinLastWeek, paper, dense];

const ensemble = makeEnsemble('ensemble', [ewma, paper, dense]);

const MODELS: readonly PointModel[] = [...SINGLE, ensemble];

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
  return makeCalibrated(model, options);
}

/**
 * The features that a forecaster's fit reads besides the series itself, in order; none for the simple ones.
 *
 * @throws InputError at a name that is not in FORECASTER_NAMES
 */
export function featuresOf(name: string): readonly string[] {
  const model = MODELS.find((known) => known.name === name);
  if (!model) throw new InputError(`model must be one of ${FORECASTER_NAMES.join(', ')}, got "${name}"`);
  return model.features ?? [];
}
