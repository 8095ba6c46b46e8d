import { InputError } from '../../base/index.js';
import type { LatencyProfile } from '../../serving/index.js';
import type { Slo } from '../../spec/index.js';
import { observedSpan, type Trace } from '../../trace/index.js';

/** What the demo is run with. */
export interface DemoSettings {
  readonly trace: Trace;
  readonly profile: LatencyProfile;
  readonly slo: Slo;
  readonly gpus: number;
  readonly seed: number;
}

/** The demo's constants. */
export const DEMO = {
  models: ['last', 'yesterday', 'moving-average', 'ewma', 'paper', 'dense', 'ensemble'],
  /** The model that plans and controls. */
  model: 'ensemble',
  /** The busiest hours of the last day are told apart. */
  hoursSeconds: 7200,
  /** The controller's bins, steps and rounds. */
  binSeconds: 60,
  steps: 10,
  intervalSeconds: 15,
  /** What the controller's forecaster learns from: long enough for the rhythm of the days, short enough to fit in seconds. */
  historySeconds: 3 * 86400,
  /** Requests at unit rate from which every configuration is measured. */
  unitRequests: 8000,
  mixHalfLifeSeconds: 2 * 86400,
  quantile: 0.9,
  beamWidth: 16,
  /** The share of the GPUs that the best static split is to need. */
  fill: 0.75,
} as const;

const LEAST_SECONDS = 1800;

/**
 * Width of the bins that are backtested and load-scaled: ten minutes for a trace of days, a minute for a shorter one.
 *
 * @throws InputError when the trace is shorter than half an hour
 */
export function backtestBinSeconds(trace: Trace): number {
  const { start, end } = observedSpan(trace);
  if (end - start < LEAST_SECONDS)
    throw new InputError(`--trace: the demo needs a trace of at least half an hour, got ${Math.round(end - start)} s`);
  return end - start >= 2 * 86400 ? 600 : 60;
}
