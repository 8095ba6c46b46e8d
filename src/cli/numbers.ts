import { InputError } from '../base/index.js';

/** The parts of a list such as `1,6,12`, without blanks around them; empty parts are left out. */
export function listOf(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/**
 * A whole number from a flag.
 *
 * @throws InputError naming the flag when it is none or outside [least, most]
 */
export function wholeNumber(flag: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text.trim()) && value >= least && value <= most) return value;
  throw new InputError(`${flag} must be a whole number from ${least} to ${most}, got "${text}"`);
}

/**
 * A number above 0 from a flag.
 *
 * @throws InputError naming the flag when it is none
 */
export function positiveNumber(flag: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value > 0 && value < Infinity) return value;
  throw new InputError(`${flag} must be a number above 0, got "${text}"`);
}

/**
 * One of the values that a flag can have.
 *
 * @throws InputError naming the flag and its values when it is none of them
 */
export function oneOf<T extends string>(flag: string, values: readonly T[], text: string): T {
  const value = values.find((known) => known === text);
  if (value !== undefined) return value;
  throw new InputError(`${flag} must be one of ${values.join(', ')}, got "${text}"`);
}
