import {
  initialState,
  type ControlSettings,
  type ControlState,
  type Observation,
  type RoleObservation,
} from '../../src/control/index.js';
import { QUANTILE_LEVELS, type Forecast } from '../../src/forecast/index.js';
import { plantedTable, splitLimits } from './planning.js';

/** Settings of a disaggregated fleet on 8 GPUs, without rules. */
export const splitSettings: ControlSettings = {
  limits: splitLimits(8),
  table: plantedTable(splitLimits(8)),
  ttft: 2,
  tpot: 0.05,
  launchSeconds: 90,
  drainSeconds: 10,
  servedShare: 1,
  quantile: 0.9,
  beamWidth: 16,
  stabilizationSeconds: 300,
};

/** A forecast that is sure of its request rates. */
export function sureForecast(rates: readonly number[]): Forecast {
  const counts = Float64Array.from(rates, (rate) => rate * 60);
  const quantiles = new Float64Array(QUANTILE_LEVELS.length * counts.length);
  QUANTILE_LEVELS.forEach((_, level) => quantiles.set(counts, level * counts.length));
  return { startEpochSeconds: null, binSeconds: 60, mean: counts, quantiles, residuals: new Float64Array() };
}

/** A state that knows a forecast of the requests per second of each minute from `originAt` on. */
export function knowing(rates: readonly number[], state = initialState(), originAt = 0): ControlState {
  return { ...state, forecast: { originAt, requests: sureForecast(rates) } };
}

/** A role whose instances are all ready, without a queue. */
export function role(current: number, more: Partial<RoleObservation> = {}): RoleObservation {
  return { current, ready: current, startingSince: [], draining: 0, waiting: 0, running: 0, kvUse: 0.1, ...more };
}

/** A disaggregated fleet as it is seen, its service within bounds. */
export function seen(prefill: RoleObservation, decode: RoleObservation, more: Partial<Observation> = {}): Observation {
  return { at: 0, roles: { prefill, decode }, ttft: 0.3, tpot: 0.02, closedBins: [], ...more };
}
