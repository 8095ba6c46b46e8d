import { exponential, seededRandom } from '../base/index.js';
import type { Trace } from '../trace/index.js';

/** A stretch of load: Poisson arrivals, exponential lengths of the given means. */
export interface Phase {
  readonly seconds: number;
  readonly rate: number;
  readonly promptTokens: number;
  readonly outputTokens: number;
}

/** Requests of phases one after the other; no dates. */
export function exponentialTrace(seed: number, phases: readonly Phase[]): Trace {
  const random = seededRandom(seed, 'phases');
  const rows: [at: number, prompt: number, output: number][] = [];
  let start = 0;
  for (const { seconds, rate, promptTokens, outputTokens } of phases) {
    const length = (mean: number): number => Math.max(1, Math.min(2000, Math.round(mean * exponential(random))));
    for (let at = start + exponential(random) / rate; at < start + seconds; at += exponential(random) / rate)
      rows.push([at, length(promptTokens), length(outputTokens)]);
    start += seconds;
  }
  return {
    arrival: Float64Array.from(rows, ([at]) => at),
    promptTokens: Uint32Array.from(rows, ([, prompt]) => prompt),
    outputTokens: Uint32Array.from(rows, ([, , output]) => output),
    model: new Uint8Array(rows.length),
    service: new Uint8Array(rows.length),
    session: new Int32Array(rows.length).fill(-1),
    elapsed: new Float32Array(rows.length).fill(NaN),
    modelNames: ['modelled'],
    serviceNames: ['modelled'],
    startEpochSeconds: null,
    timeZone: 'UTC',
    startSeconds: 0,
    endSeconds: start,
  };
}
