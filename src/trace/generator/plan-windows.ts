import { poisson, type Random } from '../../base/index.js';
import { boundedShape } from '../burstiness.js';
import type { GeneratorModel, ServiceModel } from './model.js';
import { logNormal, periodicCounts, wandering } from './rates.js';

const DAY = 86400;
const HOUR = 3600;

/** The Gamma law of gaps in each window of one service: what its arrivals are drawn from. */
export interface WindowPlan {
  readonly shape: Float64Array;
  /** Infinity: no requests. */
  readonly scaleSeconds: Float64Array;
  /** Exponent of request lengths, where it changes from window to window. */
  readonly zipfExponent: Float64Array | null;
}

/**
 * Draws the laws of a service for `days`. The periodic load and the regimes share one renewal process, so that shape and
 * scale are what a fit of the arrivals finds; the shape is that of whichever of the two makes more of the window's requests.
 *
 * @param factor multiplies all rates: scales are divided by it
 */
export function planWindows(
  model: GeneratorModel,
  service: ServiceModel,
  days: number,
  factor: number,
  random: (label: string) => Random,
): WindowPlan {
  const windows = Math.ceil((days * DAY) / model.windowSeconds - 1e-9);
  if (service.windows) return givenWindows(service.windows, windows, factor);
  const counts = periodicCounts(model, service, windows, random('rates'));
  const shapes = random('shapes');
  const shape = counts.map(() => boundedShape(logNormal(service.burstiness, shapes)));
  if (service.bursts) addRegimes(model, service.bursts, days, random('bursts'), counts, shape);
  const scaleSeconds = counts.map((count, window) => model.windowSeconds / (count * factor * shape[window]!));
  return { shape, scaleSeconds, zipfExponent: null };
}

function givenWindows(given: NonNullable<ServiceModel['windows']>, windows: number, factor: number): WindowPlan {
  const at = <T>(values: readonly T[], window: number): T => values[window % values.length]!;
  const column = (value: (window: number) => number): Float64Array =>
    Float64Array.from({ length: windows }, (_, window) => value(window));
  const { zipfExponent } = given;
  return {
    shape: column((window) => at(given.shape, window)),
    scaleSeconds: column((window) => (at(given.scaleSeconds, window) ?? Infinity) / factor),
    zipfExponent: zipfExponent ? column((window) => at(zipfExponent, window)) : null,
  };
}

function addRegimes(
  { windowSeconds }: GeneratorModel,
  bursts: NonNullable<ServiceModel['bursts']>,
  days: number,
  random: Random,
  counts: Float64Array,
  shape: Float64Array,
): void {
  const regimes = poisson(bursts.perDay * days, random);
  for (let regime = 0; regime < regimes; regime++) {
    const start = random() * days * DAY;
    const end = start + logNormal(bursts.hours, random) * HOUR;
    const perSecond = logNormal(bursts.requestsPerHour, random) / HOUR;
    const factor = wandering(bursts.wander, random);
    const last = Math.min(counts.length - 1, Math.floor(end / windowSeconds));
    for (let window = Math.floor(start / windowSeconds); window <= last; window++) {
      const from = Math.max(start, window * windowSeconds);
      const to = Math.min(end, (window + 1) * windowSeconds);
      const count = (to - from) * perSecond * factor();
      const ownShape = boundedShape(logNormal(bursts.burstiness, random));
      if (count > counts[window]!) shape[window] = ownShape;
      counts[window]! += count;
    }
  }
}
