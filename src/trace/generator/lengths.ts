import { normal, type Random } from '../../base/index.js';
import type { ResponseModel, ZipfLengths } from './model.js';
import { logNormal } from './rates.js';

/**
 * A request length whose weight falls as l^-exponent between `least` and `most`, by inverting the continuous law.
 *
 * @source BurstGPT 4.3 (Zipf request lengths)
 */
export function drawPromptTokens({ exponent, least, most }: ZipfLengths, random: Random): number {
  const u = random();
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
  const { shortShare, short, long, most } = response;
  const isShort = random() < shortShare;
  for (;;) {
    const length = isShort
      ? logNormal(short.median, short.logDeviation, random)
      : long.base + long.perPromptToken * promptTokens + long.deviation * normal(random);
    const tokens = Math.round(length);
    if (tokens >= 1) return Math.min(most, tokens);
  }
}
