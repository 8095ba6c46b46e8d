import { InputError, mean } from '../base/index.js';
import { nonNegativeLeastSquares } from './least-squares.js';
import { decodeSeconds, mixedSeconds, prefillSeconds, type LatencyProfile } from './profile.js';
import { rangeOf } from './fitted-range.js';
import type { ProfilePoint } from './profile-points.js';

/** What a fit cannot see in step times; see `PROFILE_DEFAULTS` for what is assumed where it is left out. */
export type ProfileParameters = Pick<LatencyProfile, 'name' | 'kvBytesPerToken' | 'kvTokensCapacity'> &
  Partial<Omit<LatencyProfile, 'decode' | 'prefill' | 'mixed' | 'range'>>;

/**
 * Assumptions where nothing was measured. Step overhead 2 ms: scheduler, sampling and detokenizer of vLLM are a few
 * milliseconds at most and partly overlapped. Transfer 50 GB/s and 1 ms: one 400 Gbit/s RDMA port per GPU. Launch 60 s at the
 * median, 120 s at P90: weights from local disk, memory profiling and graph capture (reports give 30 to 300 s).
 */
export const PROFILE_DEFAULTS = {
  tileTokens: 128,
  stepOverhead: 0.002,
  kvBlockTokens: 16,
  maxModelTokens: 131072,
  transferBytesPerSecond: 50e9,
  transferLatency: 0.001,
  launchTime: { median: 60, p90: 120 },
} as const;

/** Points that a fit needs: as many as it has coefficients. Mixed steps can do without. */
export const LEAST_POINTS = { decode: 3, prefill: 6, mixed: 0 } as const;

/**
 * Fits the step times of a profile to measured points: non-negative least squares of the relative error, phase by phase.
 * Without mixed points a mixed step costs its prefill part and what its decoding sequences add to a decode step.
 *
 * @throws InputError when decode or prefill points are too few
 */
export function fitProfile(points: readonly ProfilePoint[], parameters: ProfileParameters): LatencyProfile {
  const decodePoints = points.filter(({ phase }) => phase === 'decode');
  const prefillPoints = points.filter(({ phase }) => phase === 'prefill');
  const mixedPoints = points.filter(({ phase }) => phase === 'mixed');
  if (decodePoints.length < LEAST_POINTS.decode || prefillPoints.length < LEAST_POINTS.prefill)
    throw new InputError(
      `profile ${parameters.name}: at least ${LEAST_POINTS.decode} decode and ${LEAST_POINTS.prefill} prefill points are needed, got ${decodePoints.length} and ${prefillPoints.length}`,
    );
  const decode = fitDecode(decodePoints);
  const { perSequence, perContextToken } = decode;
  const unmixed = {
    ...PROFILE_DEFAULTS,
    ...parameters,
    decode,
    prefill: fitPrefill(prefillPoints),
    mixed: { base: 0, perPadToken: 0, perSequence, perContextToken },
    range: rangeOf(points),
  };
  return mixedPoints.length < 4 ? unmixed : { ...unmixed, mixed: fitMixed(mixedPoints, unmixed) };
}

/** Mean absolute relative errors of a profile on points, by phase; null where a phase has none. */
export function errorsByPhase(profile: LatencyProfile, points: readonly ProfilePoint[]): PhaseErrors {
  const errors = profileErrors(profile, points);
  return meanByPhase(points.map(({ phase }, row) => ({ phase, error: errors[row]! })));
}

/** Mean absolute relative errors, as fractions. */
export type PhaseErrors = Record<ProfilePoint['phase'], number | null>;

/** Means of absolute errors by phase; null where a phase has none. */
export function meanByPhase(found: readonly { phase: ProfilePoint['phase']; error: number }[]): PhaseErrors {
  const of = (wanted: ProfilePoint['phase']): number | null => {
    const errors = found.filter(({ phase }) => phase === wanted).map(({ error }) => Math.abs(error));
    return errors.length === 0 ? null : mean(errors);
  };
  return { decode: of('decode'), prefill: of('prefill'), mixed: of('mixed') };
}

/** The relative error of each point: (predicted - measured) / measured. */
export function profileErrors(profile: LatencyProfile, points: readonly ProfilePoint[]): Float64Array {
  return Float64Array.from(points, (point) => predictedSeconds(profile, point) / point.seconds - 1);
}

function predictedSeconds(profile: LatencyProfile, point: ProfilePoint): number {
  const { batch, newTokens, contextTokens, chunkContextTokens } = point;
  if (point.phase === 'decode') return decodeSeconds(profile, batch, batch * contextTokens);
  if (point.phase === 'prefill') {
    const attention = batch * newTokens * (contextTokens + newTokens / 2);
    return prefillSeconds(profile, batch * newTokens, attention, batch * contextTokens);
  }
  const attention = newTokens * (chunkContextTokens + newTokens / 2);
  return mixedSeconds(profile, newTokens, attention, chunkContextTokens, batch, batch * contextTokens);
}

/** Least squares of the relative error: each equation divided by its measured time. */
function fitRelative(
  rows: readonly (readonly number[])[],
  targets: readonly number[],
  times: readonly number[],
): number[] {
  return nonNegativeLeastSquares(
    rows.map((row, at) => row.map((value) => value / times[at]!)),
    targets.map((value, at) => value / times[at]!),
  );
}

function fitDecode(points: readonly ProfilePoint[]): LatencyProfile['decode'] {
  const times = points.map(({ seconds }) => seconds);
  const rows = points.map(({ batch, contextTokens }) => [1, batch, batch * contextTokens]);
  const [base, perSequence, perContextToken] = fitRelative(rows, times, times) as [number, number, number];
  return { base, perSequence, perContextToken };
}

/** Tries every knee between the two lines and keeps the one whose maximum of both lines fits best. */
function fitPrefill(points: readonly ProfilePoint[]): LatencyProfile['prefill'] {
  const times = points.map(({ seconds }) => seconds);
  const sizes = points.map(({ batch, newTokens }) => batch * newTokens);
  let best: LatencyProfile['prefill'] | undefined;
  let bestLoss = Infinity;
  for (const knee of [...new Set(sizes)].sort((a, b) => a - b)) {
    const rows = points.map(({ batch, newTokens, contextTokens }, at) => {
      const isShort = sizes[at]! <= knee ? 1 : 0;
      const attention = batch * newTokens * (contextTokens + newTokens / 2);
      const line = [isShort, isShort * sizes[at]!, 1 - isShort, (1 - isShort) * sizes[at]!];
      return [...line, attention, batch * contextTokens];
    });
    const [a, b, c, d, perAttention, perPriorToken] = fitRelative(rows, times, times);
    const short = { base: a!, perToken: b! };
    const long = { base: c!, perToken: d! };
    const fit = { short, long, perAttention: perAttention!, perPriorToken: perPriorToken! };
    const loss = prefillLoss(fit, rows, sizes, times);
    if (loss < bestLoss) [best, bestLoss] = [fit, loss];
  }
  return best!;
}

function prefillLoss(
  { short, long, perAttention, perPriorToken }: LatencyProfile['prefill'],
  rows: readonly (readonly number[])[],
  sizes: readonly number[],
  times: readonly number[],
): number {
  return rows.reduce((sum, row, at) => {
    const compute = Math.max(short.base + short.perToken * sizes[at]!, long.base + long.perToken * sizes[at]!);
    return sum + ((compute + perAttention * row[4]! + perPriorToken * row[5]!) / times[at]! - 1) ** 2;
  }, 0);
}

/** What a decode batch adds to the prefill step of all its tokens; its contexts are read at the price that they have in a decode step. */
function fitMixed(
  points: readonly ProfilePoint[],
  { decode, prefill, tileTokens }: LatencyProfile,
): LatencyProfile['mixed'] {
  const times = points.map(({ seconds }) => seconds);
  const { perContextToken } = decode;
  const added = points.map(({ batch, newTokens, contextTokens, chunkContextTokens, seconds }) => {
    const attention = newTokens * (chunkContextTokens + newTokens / 2);
    const alone = prefillSeconds({ prefill }, newTokens + batch, attention, chunkContextTokens);
    return seconds - alone - perContextToken * batch * contextTokens;
  });
  const rows = points.map(({ batch, newTokens }) => [
    1,
    (tileTokens - ((batch + newTokens) % tileTokens)) % tileTokens,
    batch,
  ]);
  const [base, perPadToken, perSequence] = fitRelative(rows, added, times);
  const { short, long } = prefill;
  return {
    base: base!,
    perPadToken: Math.min(perPadToken!, short.perToken, long.perToken), // else a longer chunk could take less time
    perSequence: perSequence!,
    perContextToken,
  };
}
