import { NotReadyError } from '../../base/index.js';
import { makeContested, type ContestedForecaster, type Forecast } from '../../forecast/index.js';
import { targetOf, type LoadSeries } from '../../load/index.js';
import { endOf } from './join-load.js';
import { emptyTrack, noteOutcome, type Track } from './track.js';

/** A forecaster of requests, what it has seen, and how it has done. */
export interface Brain {
  /** The name that it goes by in the spec. */
  readonly name: string;
  readonly forecaster: ContestedForecaster;
  /** End of what it was trained on, Unix seconds; null for a baseline. */
  readonly trainedAt: number | null;
  /** End of the newest bin that it has seen, Unix seconds. */
  fedUntil: number;
  readonly track: Track;
}

/** Forecasts while no model is trained. */
export const BASELINE = 'ewma';

/** What forecasts until a model is trained; null while nothing was observed. */
export async function baselineFor(load: LoadSeries, horizon: number): Promise<Brain | null> {
  if (!load.observed.includes(1)) return null;
  const forecaster = makeContested(BASELINE, { horizon, seed: 1 });
  await forecaster.fit(targetOf(load, 'requests'));
  return { name: BASELINE, forecaster, trainedAt: null, fedUntil: endOf(load), track: emptyTrack() };
}

/**
 * Shows a forecaster the bins that it has not seen, each after it has said what it expects.
 *
 * @returns false when bins that it should have seen are no longer there
 */
export function feed(brain: Brain, load: LoadSeries): boolean {
  const first = Math.round((brain.fedUntil - (load.startEpochSeconds ?? 0)) / load.binSeconds);
  if (first < 0) return false;
  for (const value of targetOf(load, 'requests').values.subarray(first)) {
    const expected = forecastOrNull(brain, 1);
    if (expected) noteOutcome(brain.track, expected, value);
    brain.forecaster.update([value]);
    brain.fedUntil += load.binSeconds;
  }
  return true;
}

/** What it expects; null while no bin was observed. */
export function forecastOrNull({ forecaster }: Brain, steps: number): Forecast | null {
  try {
    return forecaster.forecast(steps);
  } catch (error) {
    if (error instanceof NotReadyError) return null;
    throw error;
  }
}
