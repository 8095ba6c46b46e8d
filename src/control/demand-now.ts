import { demandOf, type Demand } from '../plan/index.js';
import { goodputNow, isLongQueue, queueOf } from './reaction.js';
import type { ControlSettings, ControlState } from './state.js';
import type { Observation } from './types.js';

/**
 * The demand to plan for from now on: the forecast's steps that have not passed, at its own grid, raised to what has just been
 * seen. The last closed bin that is known is the least of the next step; a queue that grows tells of arrivals that no closed bin has told of
 * yet, and these are expected to last a launch time.
 *
 * @returns null without a forecast, or when all its steps have passed
 */
export function demandNow(
  settings: ControlSettings,
  state: ControlState,
  observation: Observation,
  now: number,
): Demand | null {
  if (state.forecast === null) return null;
  const whole = demandOf(state.forecast.requests, settings.quantile, settings.servedShare);
  const passed = Math.max(0, Math.floor((now - state.forecast.originAt) / whole.stepSeconds + 1e-9));
  if (passed >= whole.high.length) return null;
  const high = whole.high.slice(passed);
  const lastBin = newestBin(state, observation);
  if (lastBin !== null) high[0] = Math.max(high[0]!, (settings.servedShare * lastBin) / whole.stepSeconds);
  const lasting = Math.ceil(settings.launchSeconds / whole.stepSeconds) + 1;
  const surge = surgeRate(settings, state, observation);
  for (let step = 0; step < Math.min(lasting, high.length); step++) high[step] = Math.max(high[step]!, surge);
  return { ...whole, high, expected: whole.expected.slice(passed) };
}

/** Requests of the newest closed bin that is known, seen now or before; null when there is none. A missing bin is no bin without requests. */
export function newestBin(state: ControlState, observation: Observation): number | null {
  const known = observation.closedBins.findLast(({ requests }) => requests !== null);
  return known?.requests ?? state.lastBinRequests;
}

/**
 * The rate to be ready for while a long queue grows, 0 when it does not: what is served now, what the queue gains, and what
 * clears within a launch time the queue that will stand there when instances ordered now are ready.
 */
function surgeRate(settings: ControlSettings, state: ControlState, observation: Observation): number {
  const queue = queueOf(observation);
  if (queue === null || state.queue === null || queue.at <= state.queue.at) return 0;
  const growth = (queue.waiting - state.queue.waiting) / (queue.at - state.queue.at);
  if (growth <= 0 || !isLongQueue(queue.waiting, observation, settings)) return 0;
  const queueThen = queue.waiting + growth * settings.launchSeconds;
  return goodputNow(observation, settings) + growth + queueThen / settings.launchSeconds;
}
