import { InputError, NotReadyError } from '../base/index.js';
import type { TargetSeries } from '../load/index.js';
import type { Forecast, Forecaster } from './forecaster.js';
import { appendBin, emptyHistory, lastObserved, type Grid, type History } from './history.js';
import { decodePlain, encodePlain, type Plain } from './plain.js';
import type { FitOptions, FittedModel, PointModel } from './point-model.js';
import {
  jointErrors,
  noResiduals,
  quantilesAround,
  recordBin,
  residualsFrom,
  type PendingForecast,
  type Residuals,
} from './residuals.js';

const FORMAT = 'foresail-forecaster/2';
/** Of the rows to fit, this share comes before those that show a memorising model's errors. */
const HELD_OUT_FROM = 0.75;

/** Everything a forecaster knows. */
interface Knowledge {
  readonly history: History;
  model: FittedModel;
  readonly residuals: Residuals;
  /** The coming steps, seen from the end of `history`. */
  readonly next: Next;
}

/** Means of the coming steps, their quantiles, and their medians where the model has its own. */
interface Next extends PendingForecast {
  quantiles: Float64Array;
  readonly medians: Float64Array | null;
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
    update(values, weights) {
      for (let i = 0; i < values.length; i++) takeIn(ready(), values[i]!, weights?.[i]);
    },
    forecast: (steps) => look(ready(), steps),
    members: () => ready().model.members?.() ?? [],
    save: () => saved(model.name, options, ready()),
    restore(bytes) {
      known = restored(model, options, bytes);
    },
  };
}

async function learn(model: PointModel, options: FitOptions, target: TargetSeries): Promise<Knowledge> {
  const history = emptyHistory(gridOf(target));
  target.values.forEach((value, row) => appendBin(history, value, target.weights?.[row]));
  const rows = history.length;
  const residuals = noResiduals(options.horizon);
  const heldOutFrom = Math.floor(rows * HELD_OUT_FROM);
  const trial = model.memorises ? await model.fit(history, heldOutFrom, options) : null;
  if (trial) replay(trial, history, heldOutFrom, residuals);
  const fitted = await model.fit(history, rows, options, trial);
  const from = Math.max(0, rows - 400 - options.horizon);
  replay(fitted, history, from, trial ? null : residuals);
  const next = blankNext(fitted, options.horizon);
  foresee(fitted, history, rows, residuals, next);
  return { history, model: fitted, residuals, next };
}

function blankNext(model: FittedModel, horizon: number): Next {
  return {
    mean: new Float64Array(horizon),
    quantiles: new Float64Array(0),
    medians: model.medians ? new Float64Array(horizon) : null,
  };
}

function gridOf({ startEpochSeconds, timeZone, binSeconds, startSeconds, holidays }: TargetSeries): Grid {
  return {
    ...{ startEpochSeconds, timeZone, binSeconds },
    ...(startSeconds === undefined ? {} : { startSeconds }),
    ...(holidays === undefined ? {} : { holidays }),
  };
}

/** Walks a fitted model through all rows; from row `from` on, remembers how its forecasts came out. */
function replay(fitted: FittedModel, history: History, from: number, residuals: Residuals | null): void {
  const next = blankNext(fitted, residuals?.horizon ?? 0);
  for (let row = 0; row < history.length; row++) {
    if (residuals && row >= from && row > 0 && foresee(fitted, history, row, residuals, next))
      recordBin(residuals, next, history.values[row]!, history.mean);
    fitted.observe(history, row);
  }
}

/** What the next steps bring, the last value where the model gives none; false while nothing was observed. */
function foresee(model: FittedModel, history: History, origin: number, residuals: Residuals, next: Next): boolean {
  const last = lastObserved(history, origin);
  if (Number.isNaN(last)) return false;
  const { mean, medians } = next;
  model.predict(history, origin, mean);
  if (medians) model.medians!(medians);
  for (const steps of medians ? [mean, medians] : [mean])
    for (let step = 0; step < steps.length; step++)
      steps[step] = Number.isFinite(steps[step]!) ? Math.max(0, steps[step]!) : last;
  next.quantiles = quantilesAround(residuals, mean, history.mean, medians);
  return true;
}

function takeIn({ history, model, residuals, next }: Knowledge, value: number, weight?: number): void {
  const hadForecast = history.observed > 0;
  appendBin(history, value, weight);
  if (hadForecast) recordBin(residuals, next, value, history.mean);
  model.observe(history, history.length - 1);
  foresee(model, history, history.length, residuals, next);
}

function look({ history, residuals, next }: Knowledge, steps: number): Forecast {
  if (!Number.isInteger(steps) || steps < 1 || steps > next.mean.length)
    throw new RangeError(`Cannot forecast: steps must be a whole number from 1 to ${next.mean.length}, got ${steps}`);
  if (history.observed === 0)
    throw new NotReadyError('Cannot forecast: no bin was observed yet', history.grid.binSeconds);
  const mean = next.mean.slice(0, steps);
  const { startEpochSeconds: start, binSeconds } = history.grid;
  return {
    startEpochSeconds: start === null ? null : start + history.length * binSeconds,
    binSeconds,
    mean,
    quantiles: firstSteps(next.quantiles, next.mean.length, steps),
    residuals: jointErrors(residuals, mean, history.mean),
  };
}

/** The first steps of each row of [rows x horizon]. */
function firstSteps(rows: Float64Array, horizon: number, steps: number): Float64Array {
  const first = new Float64Array((rows.length / horizon) * steps);
  for (let i = 0; i < first.length; i++) first[i] = rows[Math.floor(i / steps) * horizon + (i % steps)]!;
  return first;
}

function saved(name: string, options: FitOptions, { history, model, residuals, next }: Knowledge): Uint8Array {
  return encodePlain({
    format: FORMAT,
    name,
    horizon: options.horizon,
    grid: { ...history.grid },
    values: history.values.slice(0, history.length),
    weights: history.weights.slice(0, history.length),
    model: model.state(),
    residuals: residuals.rows,
    pending: residuals.pending.map(({ mean, quantiles }) => ({ mean, quantiles })),
    levels: residuals.levels,
    next: { ...next },
  });
}

function restored(model: PointModel, options: FitOptions, bytes: Uint8Array): Knowledge {
  const found = decodePlain(bytes) as unknown as SavedForecaster;
  const wanted = { format: FORMAT, name: model.name, horizon: options.horizon };
  for (const key of ['format', 'name', 'horizon'] as const)
    if (found[key] !== wanted[key])
      throw new InputError(`saved forecaster: ${key} must be ${wanted[key]}, got ${String(found[key])}`);
  const history = emptyHistory(found.grid);
  found.values.forEach((value, row) => appendBin(history, value, found.weights[row]));
  const { horizon, residuals: rows, pending, levels } = found;
  return {
    history,
    model: model.revive(found.model),
    residuals: residualsFrom({ horizon, rows, pending, levels }),
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
  readonly weights: Float64Array;
  readonly model: Plain;
  readonly residuals: Float64Array[];
  readonly pending: PendingForecast[];
  readonly levels: Float64Array;
  readonly next: Next;
}
