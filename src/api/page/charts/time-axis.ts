import { clock, day } from '../words/format.js';

const STEPS = [60, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 2 * 86_400, 7 * 86_400];

/**
 * Moments for the ticks of a time axis, at round times of day.
 *
 * @param most so many at most
 */
export function timeTicks(
  fromSeconds: number,
  toSeconds: number,
  most: number,
  startEpochSeconds: number | null,
): number[] {
  const step = STEPS.find((seconds) => (toSeconds - fromSeconds) / seconds <= most) ?? STEPS.at(-1)!;
  const offset = (startEpochSeconds ?? 0) % step;
  const first = Math.ceil((fromSeconds + offset) / step) * step - offset;
  const ticks: number[] = [];
  for (let at = first; at <= toSeconds; at += step) ticks.push(at);
  return ticks;
}

/** A tick's text: the time of day, and the day at midnight. */
export function tickText(atSeconds: number, startEpochSeconds: number | null): string {
  const time = clock(atSeconds, startEpochSeconds);
  return time === '00:00' ? day(atSeconds, startEpochSeconds) : time;
}
