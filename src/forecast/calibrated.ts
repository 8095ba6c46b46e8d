import { InputError, NotReadyError } from '../base/index.js';
import type { TargetSeries } from '../load/index.js';
import type { Forecast, Forecaster } from './forecaster.js';
import { appendBin, emptyHistory, lastObserved, type Grid, type History } from './history.js';
import { decodePlain, encodePlain, type Plain } from './plain.js';
import type { FitOptions, FittedModel, PointModel } from './point-model.js';
import { jointErrors, noResiduals, quantilesAround, recordBin, type Residuals } from './residuals.js';

const FORMAT = 'foresail-forecaster/1';
/** Of the rows to fit, this share comes before those that show a memorising model's errors. */
const HELD_OUT_FROM = 0.75;

/** Everything a forecaster knows. */
interface Knowledge {
  readonly history: History;
  model: FittedModel;
  readonly residuals: Residuals;
  /** Means of the coming steps, seen from the end of `history`. */
  readonly next: Float64Array;
}

/**
 * Makes a Forecaster of a point model: it remembers the model's own past errors and bands every forecast with them, starts
 * from the first bin (the last value in a wide band, where the model cannot tell yet), and saves itself.
 */
export function makeCalibrated(model: PointModel, options: FitOptions): Forecaster {
  let known: Knowledge | null = null;
  const ready = (): Knowledge => {
    if (known === null) throw new RangeError(`Cannot forecast: ${model.name} was neither fitted nor restored`);
    return known;
  };
  return {
    name: model.name,
    async fit(target) {
      known = await learn(model, options, target);
    },
    update(values) {
      for (let i = 0; i < values.length; i++) takeIn(ready(), values[i]!);
    },
    forecast: (steps) => look(ready(), steps),
    save: () => saved(model.name, options, ready()),
    restore(bytes) {
      known = restored(model, options, bytes);
    },
  };
}

async function learn(model: PointModel, options: FitOptions, target: TargetSeries): Promise<Knowledge> {
  const history = emptyHistory(gridOf(target));
  for (const value of target.values) appendBin(history, value);
  const rows = history.length;
  const next = new Float64Array(options.horizon);
  const residuals = noResiduals(options.horizon);
  const heldOutFrom = Math.floor(rows * HELD_OUT_FROM);
  if (model.memorises) replay(await model.fit(history, heldOutFrom, options), history, heldOutFrom, residuals);
  const fitted = await model.fit(history, rows, options);
  const from = model.memorises ? rows : Math.max(0, rows - 400 - options.horizon);
  replay(fitted, history, from, model.memorises ? null : residuals);
  predictInto(fitted, history, rows, next);
  return { history, model: fitted, residuals, next };
}

function gridOf({ startEpochSeconds, timeZone, binSeconds, startSeconds }: TargetSeries): Grid {
  return { startEpochSeconds, timeZone, binSeconds, ...(startSeconds === undefined ? {} : { startSeconds }) };
}

/** Walks a fitted model through all rows; from row `from` on, remembers how its forecasts came out. */
function replay(fitted: FittedModel, history: History, from: number, residuals: Residuals | null): void {
  const next = new Float64Array(residuals?.horizon ?? 0);
  for (let row = 0; row < history.length; row++) {
    if (residuals && row >= from && row > 0 && predictInto(fitted, history, row, next))
      recordBin(residuals, next, history.values[row]!, history.mean);
    fitted.observe(history, row);
  }
}

/** Means of the next steps, the last value where the model gives none; false while nothing was observed. */
function predictInto(fitted: FittedModel, history: History, origin: number, into: Float64Array): boolean {
  const last = lastObserved(history, origin);
  if (Number.isNaN(last)) return false;
  fitted.predict(history, origin, into);
  for (let step = 0; step < into.length; step++)
    into[step] = Number.isFinite(into[step]!) ? Math.max(0, into[step]!) : last;
  return true;
}

function takeIn({ history, model, residuals, next }: Knowledge, value: number): void {
  const hadForecast = history.observed > 0;
  appendBin(history, value);
  if (hadForecast) recordBin(residuals, next, value, history.mean);
  model.observe(history, history.length - 1);
  predictInto(model, history, history.length, next);
}

function look({ history, residuals, next }: Knowledge, steps: number): Forecast {
  if (!Number.isInteger(steps) || steps < 1 || steps > next.length)
    throw new RangeError(`Cannot forecast: steps must be a whole number from 1 to ${next.length}, got ${steps}`);
  if (history.observed === 0)
    throw new NotReadyError('Cannot forecast: no bin was observed yet', history.grid.binSeconds);
  const mean = next.slice(0, steps);
  const { startEpochSeconds: start, binSeconds } = history.grid;
  return {
    startEpochSeconds: start === null ? null : start + history.length * binSeconds,
    binSeconds,
    mean,
    quantiles: quantilesAround(residuals, mean, history.mean),
    residuals: jointErrors(residuals, mean, history.mean),
  };
}

function saved(name: string, options: FitOptions, { history, model, residuals, next }: Knowledge): Uint8Array {
  return encodePlain({
    format: FORMAT,
    name,
    horizon: options.horizon,
    grid: { ...history.grid },
    values: history.values.slice(0, history.length),
    model: model.state(),
    residuals: residuals.rows,
    pending: residuals.pending,
    next,
  });
}

function restored(model: PointModel, options: FitOptions, bytes: Uint8Array): Knowledge {
  const found = decodePlain(bytes) as unknown as SavedForecaster;
  const wanted = { format: FORMAT, name: model.name, horizon: options.horizon };
  for (const key of ['format', 'name', 'horizon'] as const)
    if (found[key] !== wanted[key])
      throw new InputError(`saved forecaster: ${key} must be ${wanted[key]}, got ${String(found[key])}`);
  const history = emptyHistory(found.grid);
  for (const value of found.values) appendBin(history, value);
  return {
    history,
    model: model.revive(found.model),
    residuals: { horizon: found.horizon, rows: found.residuals, pending: found.pending },
    next: found.next,
  };
}

/** What `saved` writes. */
interface SavedForecaster {
  readonly format: string;
  readonly name: string;
  readonly horizon: number;
  readonly grid: Grid;
  readonly values: Float64Array;
  readonly model: Plain;
  readonly residuals: Float64Array[];
  readonly pending: Float64Array[];
  readonly next: Float64Array;
}
