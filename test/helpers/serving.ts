import { exponential, seededRandom } from '../../src/base/index.js';
import type { LatencyProfile } from '../../src/serving/index.js';
import type { Trace } from '../../src/trace/index.js';

/** A trace of requests given as rows [arrival, prompt tokens, output tokens], ordered by arrival. */
export function traceOf(rows: readonly (readonly [number, number, number])[]): Trace {
  return {
    arrival: Float64Array.from(rows, ([arrival]) => arrival),
    promptTokens: Uint32Array.from(rows, ([, prompt]) => prompt),
    outputTokens: Uint32Array.from(rows, ([, , output]) => output),
    model: new Uint8Array(rows.length),
    service: new Uint8Array(rows.length),
    session: new Int32Array(rows.length).fill(-1),
    elapsed: new Float32Array(rows.length).fill(NaN),
    modelNames: ['m'],
    serviceNames: ['conversation'],
    startEpochSeconds: null,
    timeZone: 'UTC',
  };
}

/** Poisson arrivals with roughly BurstGPT's lengths: many short prompts, a long tail, mean response about 200 tokens. */
export function chatTrace(count: number, rate: number, seed = 1): Trace {
  const random = seededRandom(seed, 'chat');
  const length = (mean: number, most: number): number =>
    Math.max(1, Math.min(most, Math.round(mean * exponential(random))));
  let at = 0;
  return traceOf(
    Array.from(
      { length: count },
      () => [(at += exponential(random) / rate), length(600, 4000), length(200, 1500)] as const,
    ),
  );
}

/** A profile with round numbers: decode step 10 ms, prefill 1 ms a token, nothing else; a large cache. */
export const PLAIN_PROFILE: LatencyProfile = {
  name: 'plain',
  decode: { base: 0.01, perSequence: 0, perContextToken: 0 },
  prefill: {
    short: { base: 0, perToken: 0.001 },
    long: { base: 0, perToken: 0.001 },
    perAttention: 0,
    perPriorToken: 0,
  },
  mixed: { base: 0.01, perPadToken: 0, perSequence: 0, perContextToken: 0 },
  tileTokens: 128,
  stepOverhead: 0,
  kvBytesPerToken: 1000,
  kvTokensCapacity: 1_600_000,
  kvBlockTokens: 16,
  maxModelTokens: 100_000,
  transferBytesPerSecond: 1e6,
  transferLatency: 0.5,
  launchTime: { median: 60, p90: 120 },
};
