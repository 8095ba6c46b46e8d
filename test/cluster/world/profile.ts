import type { LatencyProfile } from '../../../src/serving/index.js';

/**
 * A slow GPU, so that a handful of requests per second fills several replicas of it: one step takes 80 ms and 10 ms more for each
 * request in it, and a prompt token 1 ms. With 20 response tokens at 200 ms each a replica serves about 3 requests per second.
 */
export const SLOW_PROFILE: LatencyProfile = {
  name: 'slow',
  decode: { base: 0.08, perSequence: 0.01, perContextToken: 0 },
  prefill: {
    short: { base: 0.02, perToken: 0 },
    long: { base: 0, perToken: 0.001 },
    perAttention: 0,
    perPriorToken: 0,
  },
  mixed: { base: 0.06, perPadToken: 0, perSequence: 0.01, perContextToken: 0 },
  tileTokens: 1,
  stepOverhead: 0.002,
  kvBytesPerToken: 100_000,
  kvTokensCapacity: 200_000,
  kvBlockTokens: 16,
  maxModelTokens: 16_384,
  transferBytesPerSecond: 1e10,
  transferLatency: 0.001,
  launchTime: { median: 10, p90: 12 },
};
