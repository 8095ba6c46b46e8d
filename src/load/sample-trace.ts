import { drawIndex, type Random } from '../base/index.js';
import { drawArrivals, type Trace } from '../trace/index.js';
import { LENGTH_CELLS, LENGTH_EDGES } from './length-cells.js';
import type { WorkloadMix } from './mix.js';

/**
 * A trace of `count` served requests drawn from a mix: over count / rate seconds, so that the rate is exact; gaps as bursty
 * as the mix's; joint lengths from its cells, with the cells' own means. The same random numbers at another rate give the
 * same requests, closer together.
 *
 * @param rate requests per second, above 0
 * @throws RangeError when the rate is not above 0, or the mix holds no served request
 */
export function sampleTrace(mix: WorkloadMix, rate: number, count: number, random: Random): Trace {
  if (!(rate > 0 && Number.isFinite(rate) && Number.isInteger(count) && count >= 0))
    throw new RangeError(`Cannot sample a trace: need a rate above 0 and a whole count, got ${rate} and ${count}`);
  const cumulative = mix.weights.slice();
  for (let cell = 1; cell < cumulative.length; cell++) cumulative[cell]! += cumulative[cell - 1]!;
  if (!(cumulative.at(-1)! > 0)) throw new RangeError('Cannot sample a trace: the mix holds no served request');
  const arrival = new Float64Array(count);
  drawArrivals(arrival, 0, count, 0, count / rate, mix.gapShape, random);
  const promptTokens = new Uint32Array(count);
  const outputTokens = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    const cell = drawIndex(cumulative, random);
    promptTokens[i] = lengthIn(Math.floor(cell / LENGTH_CELLS), mix.meanPrompt[cell]!, random);
    outputTokens[i] = lengthIn(cell % LENGTH_CELLS, mix.meanOutput[cell]!, random);
  }
  return {
    arrival,
    promptTokens,
    outputTokens,
    model: new Uint8Array(count),
    service: new Uint8Array(count),
    session: new Int32Array(count).fill(-1),
    elapsed: new Float32Array(count).fill(NaN),
    modelNames: ['unknown'],
    serviceNames: ['unknown'],
    startEpochSeconds: null,
    timeZone: 'UTC',
    endSeconds: count / rate,
  };
}

/** A whole length within a cell whose expectation is `mean`: lowest + range * u^power has the mean range / (power + 1). */
function lengthIn(cell: number, mean: number, random: Random): number {
  const lowest = LENGTH_EDGES[cell]!;
  const range = Math.max(LENGTH_EDGES[cell + 1]! - 1, mean) - lowest;
  const above = mean - lowest;
  const u = random();
  const rounding = random();
  if (!(range > 0 && above > 0)) return lowest;
  return Math.floor(lowest + range * u ** (range / above - 1) + rounding);
}
