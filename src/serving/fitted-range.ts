import type { FittedRange, LatencyProfile, Span } from './profile.js';
import type { ProfilePoint } from './profile-points.js';
import { joinRanges, type StepMeasure, type StepRange } from './step-range.js';

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

/** A measure of steps: in words, and the span that a profile was fitted on. */
type MeasuredSpan = readonly [measure: StepMeasure, what: string, measured: (range: FittedRange) => Span | undefined];

const KINDS: readonly (readonly [kind: string, measures: readonly MeasuredSpan[]])[] = [
  [
    'decode steps',
    [
      ['decodeSequences', 'requests', ({ decode }) => decode.sequences],
      ['decodeContext', 'tokens of context', ({ decode }) => decode.context],
    ],
  ],
  [
    'prefill steps',
    [
      ['prefillTokens', 'prompt tokens', ({ prefill }) => prefill.tokens],
      ['priorTokens', 'tokens before their chunks', ({ prefill }) => prefill.prior],
    ],
  ],
  [
    'mixed steps',
    [
      ['mixedTokens', 'prompt tokens', ({ mixed }) => mixed?.tokens],
      ['mixedSequences', 'decoding requests', ({ mixed }) => mixed?.sequences],
      ['mixedContext', 'tokens of context', ({ mixed }) => mixed?.context],
    ],
  ],
];

/**
 * Says where simulations left what their profile was measured on, at either end: one line for each kind of step. None where they did not, or
 * where the range is not known.
 */
export function beyondRange({ range, name }: LatencyProfile, simulated: readonly StepRange[]): string[] {
  if (!range) return [];
  const steps = joinRanges(simulated);
  const lines = KINDS.map(([kind, measures]) => {
    const beyond = measures.flatMap(([measure, what, measuredOf]) => {
      const [had, measured] = [steps[measure], measuredOf(range)];
      if (!had || !measured || (had[0] >= measured[0] && had[1] <= measured[1])) return [];
      return [{ measured: `${formatSpan(measured)} ${what}`, had: formatSpan(had) }];
    });
    if (beyond.length === 0) return null;
    const list = (of: 'measured' | 'had'): string => listOf(beyond.map((one) => one[of]));
    return `${name}: ${kind} were measured at ${list('measured')}; here they had ${list('had')}, extrapolated`;
  });
  if (range.mixed === null && steps.mixedTokens)
    lines.push(`${name}: mixed steps were not measured; here they are priced by prefill and decode steps`);
  return lines.filter((line) => line !== null);
}

/** `a`, `a and b`, or `a, b and c`. */
function listOf(parts: readonly string[]): string {
  return [parts.slice(0, -1).join(', '), ...parts.slice(-1)].filter((part) => part !== '').join(' and ');
}

function formatSpan([least, most]: Span): string {
  const count = (value: number): string => Math.round(value).toLocaleString('en-US');
  return `${count(least)} to ${count(most)}`;
}
