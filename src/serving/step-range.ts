import type { Span } from './profile.js';

/** What is kept of steps: decode ones, prefill ones (prior context: of every chunk), and mixed ones. */
const MEASURES = [
  'decodeSequences',
  'decodeContext',
  'prefillTokens',
  'priorTokens',
  'mixedTokens',
  'mixedSequences',
  'mixedContext',
] as const;

/** One of those. */
export type StepMeasure = (typeof MEASURES)[number];

/** The least and the most of each measure over the steps of a simulation; null where no step had it. */
export type StepRange = Readonly<Record<StepMeasure, Span | null>>;

/** The extents of steps: least and most of each measure in turn. */
export type StepExtents = Float64Array;

/** Those of no step. */
export function openStepExtents(): StepExtents {
  return Float64Array.from({ length: 2 * MEASURES.length }, (_, i) => (i % 2 === 0 ? Infinity : -Infinity));
}

/** Counts a decode step. */
export function noteDecode(extents: StepExtents, sequences: number, context: number): void {
  widen(extents, 0, sequences);
  widen(extents, 2, context);
}

/** Counts a step of chunks alone. */
export function notePrefill(extents: StepExtents, tokens: number, prior: number): void {
  widen(extents, 4, tokens);
  widen(extents, 6, prior);
}

/** Counts a step of chunks beside decoding requests. */
export function noteMixed(
  extents: StepExtents,
  tokens: number,
  prior: number,
  sequences: number,
  context: number,
): void {
  widen(extents, 6, prior);
  widen(extents, 8, tokens);
  widen(extents, 10, sequences);
  widen(extents, 12, context);
}

function widen(extents: StepExtents, at: number, value: number): void {
  if (value < extents[at]!) extents[at] = value;
  if (value > extents[at + 1]!) extents[at + 1] = value;
}

/** The extents as spans. */
export function rangeOfExtents(extents: StepExtents): StepRange {
  const spans = MEASURES.map((name, i) => [name, spanOf(extents[2 * i]!, extents[2 * i + 1]!)] as const);
  return Object.fromEntries(spans) as unknown as StepRange;
}

/** The range that holds all of several. */
export function joinRanges(ranges: readonly StepRange[]): StepRange {
  const spans = MEASURES.map((name) => {
    const known = ranges.flatMap((range) => (range[name] ? [range[name]] : []));
    return [
      name,
      spanOf(Math.min(...known.map(([least]) => least)), Math.max(...known.map(([, most]) => most))),
    ] as const;
  });
  return Object.fromEntries(spans) as unknown as StepRange;
}

function spanOf(least: number, most: number): Span | null {
  return least <= most ? [least, most] : null;
}
