import { InputError } from '../base/index.js';

/** A ratio of prefill to decode instances, `1:6`. */
export interface Ratio {
  readonly prefill: number;
  readonly decode: number;
}

/**
 * Reads a ratio of prefill to decode instances.
 *
 * @throws InputError when it is not two whole numbers of at least 1
 * @example parseRatio('1:6') // => { prefill: 1, decode: 6 }
 */
export function parseRatio(text: string): Ratio {
  const match = /^\s*([1-9]\d*)\s*:\s*([1-9]\d*)\s*$/.exec(text);
  if (!match) throw new InputError(`ratio must be prefill:decode instances such as 1:6, got "${text}"`);
  return { prefill: Number(match[1]), decode: Number(match[2]) };
}

/** Whether so many instances of each role lie between two ratios, bounds included. */
export function isWithinRatio(counts: Ratio, least: Ratio, most: Ratio): boolean {
  const isAbove = counts.prefill * least.decode >= least.prefill * counts.decode;
  const isBelow = counts.prefill * most.decode <= most.prefill * counts.decode;
  return isAbove && isBelow;
}
