import { exponential, seededRandom } from '../../../src/base/index.js';

/** A day with one peak: requests per second at an epoch second. */
export interface Day {
  readonly base: number;
  readonly peak: number;
  /** When today's peak begins, epoch seconds; it came at this time of each day. */
  readonly peakAt: number;
  readonly peakSeconds: number;
  readonly promptTokens: number;
  readonly outputTokens: number;
}

const DAY = 86_400;

/** A day whose peak, of so many requests per second, begins so many seconds from now and lasts ten minutes. */
export function peakIn(seconds: number, peak: number): Day {
  const peakAt = Date.now() / 1000 + seconds;
  return { base: 1, peak, peakAt, peakSeconds: 600, promptTokens: 100, outputTokens: 20 };
}

/** Requests per second. */
export function rateAt({ base, peak, peakAt, peakSeconds }: Day, at: number): number {
  const since = (((at - peakAt) % DAY) + DAY) % DAY;
  return since < peakSeconds ? peak : base;
}

/** A trace of `seconds` from an epoch second on as CSV, Poisson in each second. */
export function traceCsv(day: Day, from: number, seconds: number, seed: number): string {
  const random = seededRandom(seed, 'arrivals');
  const rows = ['time_s,prompt_tokens,output_tokens'];
  for (
    let at = exponential(random) / rateAt(day, from);
    at < seconds;
    at += exponential(random) / rateAt(day, from + at)
  )
    rows.push(`${at.toFixed(3)},${day.promptTokens},${day.outputTokens}`);
  return `${rows.join('\n')}\n`;
}
