import { normal, type Random } from '../../base/index.js';
import type { ResponseModel, ZipfLengths } from './model.js';
import { logNormal } from './rates.js';

/**
 * A request length whose weight falls as l^-exponent between `least` and `most`, by inverting the continuous law.
 *
 * @param u in [0, 1)
 * @source BurstGPT 4.3 (Zipf request lengths)
 */
export function promptTokensAt({ exponent, least, most }: ZipfLengths, u: number): number {
  const power = 1 - exponent;
  const upper = most + 1; // the last length is as wide as the others
  const length =
    Math.abs(power) < 1e-9
      ? least * (upper / least) ** u
      : (least ** power + u * (upper ** power - least ** power)) ** (1 / power);
  return Math.min(most, Math.floor(length));
}

/** The length of a response that did not fail, at least 1. */
export function drawOutputTokens(response: ResponseModel, promptTokens: number, random: Random): number {
  if (response.kind === 'quantiles') {
    const { ranges } = response;
    const range = ranges.find(({ promptBelow }) => promptTokens < promptBelow) ?? ranges.at(-1)!;
    return Math.max(1, Math.round(between(range.quantiles, random())));
  }
  const { shortShare, short, long, most } = response;
  const isShort = random() < shortShare;
  for (;;) {
    const length = isShort
      ? logNormal(short, random)
      : long.base + long.perPromptToken * promptTokens + long.deviation * normal(random);
    const tokens = Math.round(length);
    if (tokens >= 1) return Math.min(most, tokens);
  }
}

function between(quantiles: readonly number[], level: number): number {
  const position = level * (quantiles.length - 1);
  const low = Math.floor(position);
  const [from, to] = [quantiles[low]!, quantiles[Math.min(low + 1, quantiles.length - 1)]!];
  return from + (position - low) * (to - from);
}

const STRATA = 128;

/**
 * Uniform numbers that are dealt evenly: of every 128 in a row one comes from each 128th of [0, 1), in random order. So a few
 * hundred lengths already follow their law closely.
 */
export function evenRandom(random: Random): Random {
  const deck = Float64Array.from({ length: STRATA }, (_, stratum) => stratum);
  let left = 0;
  return () => {
    if (left === 0) left = STRATA;
    const pick = Math.floor(random() * left--);
    const stratum = deck[pick]!;
    deck[pick] = deck[left]!;
    deck[left] = stratum;
    return (stratum + random()) / STRATA;
  };
}
