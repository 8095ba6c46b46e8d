import type { TargetSeries } from '../../load/index.js';
import { QUANTILE_LEVELS, type Forecast, type Forecaster } from '../forecaster.js';
import { appendBin, emptyHistory, lastObserved, type History } from '../history.js';
import type { FitOptions, FittedModel, PointModel } from '../point-model.js';

/**
 * A point model as a reference measures it: its forecasts are left as they are, below 0 too, and there are no bands (every
 * quantile is NaN). Only for scoring: it cannot be saved.
 */
export function makeYardstick(model: PointModel, options: FitOptions): Forecaster {
  let known: { history: History; fitted: FittedModel } | null = null;
  const take = (value: number, weight: number | undefined): void => {
    const { history, fitted } = ready();
    appendBin(history, value, weight);
    fitted.observe(history, history.length - 1);
  };
  const ready = (): NonNullable<typeof known> => {
    if (known === null) throw new RangeError(`Cannot forecast: ${model.name} was not fitted`);
    return known;
  };
  return {
    name: model.name,
    async fit(target) {
      const history = historyOf(target);
      const fitted = await model.fit(history, history.length, options);
      for (let row = 0; row < history.length; row++) fitted.observe(history, row);
      known = { history, fitted };
    },
    update: (values, weights) => Array.from(values).forEach((value, i) => take(value, weights?.[i])),
    forecast: (steps) => bare(ready().history, ready().fitted, steps),
    save: notKept,
    restore: notKept,
  };
}

function historyOf({ values, weights, ...grid }: TargetSeries): History {
  const history = emptyHistory(grid);
  values.forEach((value, row) => appendBin(history, value, weights?.[row]));
  return history;
}

function bare(history: History, fitted: FittedModel, steps: number): Forecast {
  const mean = new Float64Array(steps);
  fitted.predict(history, history.length, mean);
  const last = lastObserved(history, history.length);
  return {
    startEpochSeconds: null,
    binSeconds: history.grid.binSeconds,
    mean: mean.map((value) => (Number.isFinite(value) ? value : last)),
    quantiles: new Float64Array(QUANTILE_LEVELS.length * steps).fill(NaN),
    residuals: new Float64Array(0),
  };
}

function notKept(): never {
  throw new RangeError('Cannot keep a yardstick: it only scores');
}
