import { normal, type Random } from '../base/index.js';

/** A line in tokens: `base + perToken * tokens`, seconds. */
export interface TokenLine {
  readonly base: number;
  readonly perToken: number;
}

/** A lognormal launch time by its median and P90, seconds. */
export interface LaunchTime {
  readonly median: number;
  readonly p90: number;
}

/**
 * How long one model step takes on one GPU type, and what its memory holds. Plain data; fitted from measured points.
 * All coefficients are at least 0, so a step never gets shorter when work is added to it. Times are seconds.
 *
 * A step holds `sequences` decoding requests whose contexts sum to `context`, and prefill chunks with `tokens` new tokens in
 * all. Each chunk adds its attention `chunk * (prior + chunk / 2)` and its `prior` tokens, those already in the cache.
 */
export interface LatencyProfile {
  readonly name: string;
  /** decode step = base + perSequence * sequences + perContextToken * context. */
  readonly decode: { readonly base: number; readonly perSequence: number; readonly perContextToken: number };
  /**
   * prefill step = max(short, long) in new tokens + perAttention * attention + perPriorToken * prior. The short line is
   * the flat part, where reading the weights takes longer than computing; the long line is where computing does.
   */
  readonly prefill: {
    readonly short: TokenLine;
    readonly long: TokenLine;
    readonly perAttention: number;
    readonly perPriorToken: number;
  };
  /**
   * mixed step = prefill step with `tokens + sequences` new tokens + base + perPadToken * (tokens up to the next whole
   * tile) + perSequence * sequences + perContextToken * context, and no less than the decode step of its sequences.
   */
  readonly mixed: {
    readonly base: number;
    readonly perPadToken: number;
    readonly perSequence: number;
    readonly perContextToken: number;
  };
  /** Rows of one tile of the matrix product. */
  readonly tileTokens: number;
  /** Added to every step: what the serving engine does beside the model. */
  readonly stepOverhead: number;
  readonly kvBytesPerToken: number;
  /** Tokens that the KV cache holds. */
  readonly kvTokensCapacity: number;
  /** Tokens in one KV block. */
  readonly kvBlockTokens: number;
  /** Most prompt and response tokens of one request. */
  readonly maxModelTokens: number;
  /** Bytes per second of the KV transfer from a prefill to a decode instance. */
  readonly transferBytesPerSecond: number;
  /** Fixed part of a KV transfer. */
  readonly transferLatency: number;
  /** Seconds from asking for an instance to its first servable request. */
  readonly launchTime: LaunchTime;
  /** Number format of the KV cache; `kvBytesPerToken` and `kvTokensCapacity` are for it. Default bf16. */
  readonly kvDtype?: KvDtype;
  /** GPUs of one instance, over which the model was split when it was measured. Default 1. */
  readonly tensorParallel?: number;
  /** What the step times were fitted on; left out where that is not known. */
  readonly range?: FittedRange;
}

/** Number formats of a KV cache. */
export type KvDtype = 'bf16' | 'fp8';

/** Least and most, both measured. */
export type Span = readonly [least: number, most: number];

/** The steps that a profile was fitted on. Beyond them its times are extrapolated. */
export interface FittedRange {
  readonly decode: { readonly sequences: Span; readonly context: Span };
  readonly prefill: { readonly tokens: Span; readonly prior: Span };
  /** Null where no mixed steps were measured. */
  readonly mixed: { readonly tokens: Span; readonly sequences: Span; readonly context: Span } | null;
}

/** Seconds of one decode step without the engine's overhead. */
export function decodeSeconds(profile: LatencyProfile, sequences: number, context: number): number {
  const { base, perSequence, perContextToken } = profile.decode;
  return base + perSequence * sequences + perContextToken * context;
}

/**
 * Seconds of one prefill step without the engine's overhead.
 *
 * @param tokens new tokens of all chunks
 * @param attention sum over chunks of `chunk * (prior + chunk / 2)`
 * @param prior sum over chunks of the tokens already in the cache
 */
export function prefillSeconds(
  { prefill }: Pick<LatencyProfile, 'prefill'>,
  tokens: number,
  attention: number,
  prior: number,
): number {
  const { short, long, perAttention, perPriorToken } = prefill;
  const compute = Math.max(short.base + short.perToken * tokens, long.base + long.perToken * tokens);
  return compute + perAttention * attention + perPriorToken * prior;
}

/** Seconds of one step that prefills `tokens` new tokens beside `sequences` decoding ones, without the overhead. */
export function mixedSeconds(
  profile: LatencyProfile,
  tokens: number,
  attention: number,
  prior: number,
  sequences: number,
  context: number,
): number {
  const { base, perPadToken, perSequence, perContextToken } = profile.mixed;
  const all = tokens + sequences;
  const pad = (profile.tileTokens - (all % profile.tileTokens)) % profile.tileTokens;
  const beside = base + perPadToken * pad + perSequence * sequences + perContextToken * context;
  const mixed = prefillSeconds(profile, all, attention, prior) + beside;
  return Math.max(mixed, decodeSeconds(profile, sequences, context));
}

/** Seconds that the KV cache of `tokens` tokens takes from a prefill to a decode instance. */
export function transferSeconds(profile: LatencyProfile, tokens: number): number {
  return profile.transferLatency + (tokens * profile.kvBytesPerToken) / profile.transferBytesPerSecond;
}

/** Draws the launch time of one instance. */
export function sampleLaunchSeconds({ launchTime }: LatencyProfile, random: Random): number {
  const spread = Math.log(launchTime.p90 / launchTime.median) / STANDARD_NORMAL_P90;
  return launchTime.median * Math.exp(spread * normal(random));
}

/** The mean of the launch times that `sampleLaunchSeconds` draws. */
export function meanLaunchSeconds({ launchTime }: LatencyProfile): number {
  const spread = Math.log(launchTime.p90 / launchTime.median) / STANDARD_NORMAL_P90;
  return launchTime.median * Math.exp((spread * spread) / 2);
}

const STANDARD_NORMAL_P90 = 1.2815515655446004;
