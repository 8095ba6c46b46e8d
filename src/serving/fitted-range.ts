import type { FittedRange, LatencyProfile, Span } from './profile.js';
import type { ProfilePoint } from './profile-points.js';

/** The steps that points cover. */
export function rangeOf(points: readonly ProfilePoint[]): FittedRange {
  const of = (phase: ProfilePoint['phase'], value: (point: ProfilePoint) => number): Span => {
    const values = points.filter((point) => point.phase === phase).map(value);
    return [Math.min(...values), Math.max(...values)];
  };
  const context = ({ batch, contextTokens }: ProfilePoint): number => batch * contextTokens;
  return {
    decode: { sequences: of('decode', ({ batch }) => batch), context: of('decode', context) },
    prefill: { tokens: of('prefill', ({ batch, newTokens }) => batch * newTokens), prior: of('prefill', context) },
    mixed: points.some(({ phase }) => phase === 'mixed')
      ? {
          tokens: of('mixed', ({ newTokens }) => newTokens),
          sequences: of('mixed', ({ batch }) => batch),
          context: of('mixed', context),
        }
      : null,
  };
}

/** Whether a point lies outside what a profile was fitted on; false where its range is not known. */
export function isOutsideRange({ range }: LatencyProfile, point: ProfilePoint): boolean {
  if (!range) return false;
  const outside = ([least, most]: Span, value: number): boolean => value < least || value > most;
  const { phase, batch, newTokens, contextTokens } = point;
  const context = batch * contextTokens;
  if (phase === 'decode') return outside(range.decode.sequences, batch) || outside(range.decode.context, context);
  if (phase === 'prefill')
    return outside(range.prefill.tokens, batch * newTokens) || outside(range.prefill.prior, context);
  const { mixed } = range;
  return (
    mixed === null ||
    outside(mixed.tokens, newTokens) ||
    outside(mixed.sequences, batch) ||
    outside(mixed.context, context)
  );
}

/** The largest steps of a simulation. */
export interface PeakSteps {
  readonly peakSequences: number;
  readonly peakContext: number;
  readonly peakTokens: number;
}

/**
 * Says where a simulation went beyond what its profile was measured on, one line each; none where it did not, or where the range
 * is not known.
 */
export function beyondRange({ range, name }: LatencyProfile, peaks: readonly PeakSteps[]): string[] {
  if (!range) return [];
  const largest = (of: (peak: PeakSteps) => number): number =>
    peaks.reduce((most, peak) => Math.max(most, of(peak)), 0);
  const checks: [what: string, reached: number, most: number][] = [
    ['requests in a decode batch', largest(({ peakSequences }) => peakSequences), range.decode.sequences[1]],
    ['tokens of context in a decode batch', largest(({ peakContext }) => peakContext), range.decode.context[1]],
    ['prompt tokens in a step', largest(({ peakTokens }) => peakTokens), range.prefill.tokens[1]],
  ];
  return checks
    .filter(([, reached, most]) => reached > most)
    .map(
      ([what, reached, most]) =>
        `${name} was measured up to ${most} ${what}; the simulation reached ${reached}, extrapolated`,
    );
}
