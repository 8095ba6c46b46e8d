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
