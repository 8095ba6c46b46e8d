import { InputError, parseDuration, type Random } from '../../base/index.js';
import type { LatencyProfile, TokenLine } from '../../serving/index.js';

/** What goes wrong on purpose. */
export interface Faults {
  /** Every step takes so many times as long; 1: none. */
  readonly slow: number;
  /** Share of requests answered with an error 500, [0, 1]. */
  readonly error: number;
  /** Share of requests that are never answered, [0, 1]. */
  readonly hang: number;
  /** Seconds after the start at which the server dies without a word; Infinity: never. */
  readonly crashAfter: number;
}

/** Nothing goes wrong. */
export const NO_FAULTS: Faults = { slow: 1, error: 0, hang: 0, crashAfter: Infinity };

/**
 * Reads faults as the command line takes them.
 *
 * @throws InputError naming the part at fault
 * @example parseFaults('slow=2,error=0.01') // => { slow: 2, error: 0.01, hang: 0, crashAfter: Infinity }
 */
export function parseFaults(text: string): Faults {
  const faults: { -readonly [Name in keyof Faults]: number } = { ...NO_FAULTS };
  for (const part of text.split(',')) {
    const [name = '', value = ''] = part.split('=').map((piece) => piece.trim());
    if (name === 'slow') faults.slow = numberIn(part, value, 1, Infinity);
    else if (name === 'error') faults.error = numberIn(part, value, 0, 1);
    else if (name === 'hang') faults.hang = numberIn(part, value, 0, 1);
    else if (name === 'crash-after') faults.crashAfter = parseDuration(value, 'fault crash-after');
    else
      throw new InputError(`fault must be slow, error, hang or crash-after, such as slow=2,error=0.01, got "${part}"`);
  }
  if (faults.error + faults.hang > 1)
    throw new InputError(`fault: error and hang must be at most 1 together, got ${faults.error} and ${faults.hang}`);
  return faults;
}

function numberIn(part: string, text: string, least: number, most: number): number {
  const value = text === '' ? NaN : Number(text);
  if (value >= least && value <= most && value < Infinity) return value;
  const range = most === Infinity ? `of at least ${least}` : `from ${least} to ${most}`;
  throw new InputError(`fault ${part.split('=')[0]!.trim()} must be a number ${range}, got "${text}"`);
}

/** What becomes of the next request. */
export function drawFate({ error, hang }: Faults, random: Random): 'served' | 'error' | 'hang' {
  const point = random();
  return point < error ? 'error' : point < error + hang ? 'hang' : 'served';
}

/** The profile with every step `factor` times as long. */
export function slowProfile(profile: LatencyProfile, factor: number): LatencyProfile {
  const scale = <T extends object>(coefficients: T): T =>
    Object.fromEntries(
      Object.entries(coefficients).map(([name, value]) => [
        name,
        typeof value === 'number' ? value * factor : scale(value as TokenLine),
      ]),
    ) as T;
  const { decode, prefill, mixed, stepOverhead } = profile;
  return {
    ...profile,
    decode: scale(decode),
    prefill: scale(prefill),
    mixed: scale(mixed),
    stepOverhead: stepOverhead * factor,
  };
}
