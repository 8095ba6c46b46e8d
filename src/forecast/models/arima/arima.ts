import type { History } from '../../history.js';
import type { Plain } from '../../plain.js';
import type { FittedModel, PointModel } from '../../point-model.js';
import { armaFilter, type Arma, type ArmaState } from './arma-filter.js';
import { fitArma, type ArmaFit } from './fit-arma.js';
import { diffuseStart, fitDiffuseArma } from './fit-diffuse-arma.js';

/** Autoregressive terms, differences and moving-average terms. */
export type ArimaOrder = readonly [p: number, d: number, q: number];

interface ArimaState {
  readonly order: ArimaOrder;
  readonly arma: Arma;
  readonly filter: ArmaState | null;
  /** The newest value, which differences are taken to; null before the first. */
  readonly last: number | null;
}

/** Rows below which a mean is all that can be fitted. */
const LEAST_ROWS = 20;
/** Rows, the newest, on which orders are compared; the chosen one is fitted on all. */
const ORDER_ROWS = 2000;
const ORDERS: readonly ArimaOrder[] = [0, 1].flatMap((d) =>
  [0, 1, 2, 3].flatMap((p) => [0, 1, 2].map((q): ArimaOrder => [p, d, q])),
);

/**
 * ARIMA by exact likelihood; without differences it has a mean. The order is the one with the least AIC of p <= 3, d <= 1, q <= 2
 * on the newest rows, or what is given. A missing row counts as the value before it.
 */
export function makeArima(order?: ArimaOrder): PointModel {
  return {
    name: 'arima',
    memorises: false,
    fit(history, rows) {
      const values = observedFrom(history, rows);
      const chosen = values.length < LEAST_ROWS ? ([0, 1, 0] as const) : (order ?? bestOrder(values));
      return fitted({ order: chosen, arma: fitOf(values, chosen).arma, filter: null, last: null });
    },
    revive: (state) => fitted(state as unknown as ArimaState),
  };
}

/**
 * ARIMA as the reference of the scoreboard fits it: coefficients that may be any numbers, and a start of which nothing is known
 * (`fitDiffuseArma`). A yardstick: its forecasts may wander where those of `makeArima` cannot.
 */
export function makeDiffuseArima(order: ArimaOrder): PointModel {
  const [p, d, q] = order;
  return {
    ...makeArima(order),
    fit(history, rows) {
      const values = observedFrom(history, rows);
      if (values.length < LEAST_ROWS) return makeArima(order).fit(history, rows, { horizon: 1, seed: 0 });
      const arma = fitDiffuseArma(differenced(values, d), p, q, d === 0, d);
      return fitted({ order, arma, filter: diffuseStart(arma, d), last: null });
    },
  };
}

function observedFrom(history: History, rows: number): Float64Array {
  const filled = history.filled.subarray(0, rows);
  const first = filled.findIndex((value) => !Number.isNaN(value));
  return first < 0 ? filled.subarray(0, 0) : filled.subarray(first);
}

function fitOf(values: Float64Array, [p, d, q]: ArimaOrder): ArmaFit {
  if (values.length <= d) return { arma: { mean: 0, ar: [], ma: [] }, logLikelihood: 0, aic: 0 };
  return fitArma(differenced(values, d), p, q, d === 0);
}

function differenced(values: Float64Array, d: number): Float64Array {
  return d === 0 ? values : values.subarray(1).map((value, i) => value - values[i]!);
}

function bestOrder(values: Float64Array): ArimaOrder {
  const newest = values.subarray(Math.max(0, values.length - ORDER_ROWS));
  const aics = ORDERS.map((order) => {
    // the level of a differenced series is not fitted: without its first row, both see as many innovations
    const rows = order[1] === 0 ? newest.subarray(1) : newest;
    return fitOf(rows, order).aic;
  });
  return ORDERS[aics.indexOf(Math.min(...aics))]!;
}

function fitted(start: ArimaState): FittedModel {
  const { order, arma } = start;
  const filter = armaFilter(arma, start.filter ?? undefined);
  let last = start.last ?? NaN;
  const isDifferenced = order[1] === 1;
  return {
    observe(history, row) {
      const value = history.filled[row]!;
      if (Number.isNaN(value)) return;
      if (!isDifferenced) filter.take(value);
      else if (!Number.isNaN(last)) filter.take(value - last);
      last = value;
    },
    predict(_history, _origin, into) {
      filter.expect(into);
      if (!isDifferenced) return;
      let level = last;
      for (let step = 0; step < into.length; step++) into[step] = level += into[step]!;
    },
    state: () => ({ order, arma, filter: filter.state(), last: Number.isNaN(last) ? null : last }) as unknown as Plain,
  };
}

/** ARIMA whose order is chosen by AIC on the rows it is fitted on. */
export const arima = makeArima();
