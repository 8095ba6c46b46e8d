import { normal, poisson, type Random } from '../base/index.js';
import type { LoadSeries } from './series.js';

/** Above this mean a Poisson count is as good as normal. */
const LARGE_MEAN = 1000;

/**
 * A load at another scale and in finer bins, without a request being made: each bin's count times the factor, spread over
 * `parts` bins as arrivals with such gaps would (variance = mean / gapShape). Token sums keep each bin's mean tokens; missing
 * bins stay missing. It is load scaling for series (docs/architecture.md), for loads too large to hold as a trace.
 *
 * @param gapShape Gamma shape of the gaps between arrivals, as a WorkloadMix has it
 */
export function refineLoad(
  load: LoadSeries,
  factor: number,
  parts: number,
  gapShape: number,
  random: Random,
): LoadSeries {
  const bins = load.requests.length * parts;
  const source = (bin: number): number => Math.floor(bin / parts);
  const requests = Float64Array.from({ length: bins }, (_, bin) => {
    const mean = (factor * load.requests[source(bin)]!) / parts;
    return load.observed[source(bin)] ? drawCount(mean, gapShape, random) : 0;
  });
  const tokens = (sums: Float64Array): Float64Array =>
    requests.map((count, bin) => {
      const whole = load.requests[source(bin)]!;
      return whole === 0 ? 0 : (sums[source(bin)]! / whole) * count;
    });
  return {
    ...load,
    binSeconds: load.binSeconds / parts,
    requests,
    promptTokens: tokens(load.promptTokens),
    outputTokens: tokens(load.outputTokens),
    observed: Uint8Array.from({ length: bins }, (_, bin) => load.observed[source(bin)]!),
  };
}

/** A count with this mean and variance mean / shape: Poisson on a normal rate, so that any dispersion is reached. */
function drawCount(mean: number, shape: number, random: Random): number {
  const extra = Math.max(0, mean / shape - mean);
  const rate = Math.max(0, mean + Math.sqrt(extra) * normal(random));
  return rate > LARGE_MEAN ? Math.max(0, Math.round(rate + Math.sqrt(rate) * normal(random))) : poisson(rate, random);
}
