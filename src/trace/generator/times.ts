import { gamma, poisson, type Random } from '../../base/index.js';
import { boundedShape } from '../burstiness.js';
import type { GeneratorModel, ServiceModel } from './model.js';
import { logNormal, windowCounts } from './rates.js';

const DAY = 86400;

/** One request's moment, and the burst that it belongs to (-1: none). */
export interface RequestTime {
  readonly at: number;
  readonly burst: number;
}

/**
 * Moments of a service's requests over `days`, in no order. The periodic load is a renewal process with Gamma gaps run in
 * operational time, so that shape and rate change with every window and no window edge shows; bursts come on top.
 *
 * @param factor multiplies the periodic load and the size of bursts
 * @param random one stream each for rates, gaps and bursts
 */
export function requestTimes(
  model: GeneratorModel,
  service: ServiceModel,
  days: number,
  factor: number,
  random: (label: string) => Random,
): RequestTime[] {
  const counts = windowCounts(model, service, days, random('rates')).map((count) => count * factor);
  const times = renewalTimes(counts, model.windowSeconds, service, random('gaps')).map((at) => ({ at, burst: -1 }));
  const end = days * DAY;
  return [...times, ...burstTimes(service, days, factor, random('bursts'))].filter(({ at }) => at < end);
}

/** Gaps of mean 1 in operational time (the running sum of expected requests), mapped back to seconds. */
function renewalTimes(counts: Float64Array, windowSeconds: number, service: ServiceModel, random: Random): number[] {
  const { median, logDeviation } = service.burstiness;
  const times: number[] = [];
  let window = 0;
  let before = 0; // expected requests before this window
  let shape = boundedShape(logNormal(median, logDeviation, random));
  let position = random();
  for (;;) {
    while (window < counts.length && position >= before + counts[window]!) {
      before += counts[window++]!;
      shape = boundedShape(logNormal(median, logDeviation, random));
    }
    if (window === counts.length) return times;
    times.push((window + (position - before) / counts[window]!) * windowSeconds);
    position += gamma(shape, random) / shape;
  }
}

function burstTimes(service: ServiceModel, days: number, factor: number, random: Random): RequestTime[] {
  const { bursts } = service;
  if (!bursts) return [];
  const times: RequestTime[] = [];
  const count = poisson(bursts.perDay * days, random);
  for (let burst = 0; burst < count; burst++) {
    const { requests, seconds, shape } = bursts;
    const size = Math.max(1, Math.round(factor * logNormal(requests.median, requests.logDeviation, random)));
    const gap = logNormal(seconds.median, seconds.logDeviation, random) / size;
    let at = random() * days * DAY;
    for (let i = 0; i < size; i++) {
      times.push({ at, burst });
      at += (gamma(shape, random) / shape) * gap;
    }
  }
  return times;
}
