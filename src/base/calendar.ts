import { DateTime, IANAZone } from 'luxon';
import { InputError } from './errors.js';

const UNIT_SECONDS = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86400, w: 604800 } as const;

/**
 * Seconds of a duration as users write it: `250ms`, `90s`, `10m`, `1.5h`, `28d`, `2w`; a bare number is seconds.
 *
 * @throws InputError when the text is no duration or not above 0
 * @example parseDuration('10m') // => 600
 */
export function parseDuration(text: string, what = 'duration'): number {
  const match = /^(\d+(?:\.\d+)?|\.\d+)(ms|[smhdw])?$/.exec(text.trim());
  const seconds = match ? Number(match[1]) * UNIT_SECONDS[(match[2] ?? 's') as keyof typeof UNIT_SECONDS] : NaN;
  if (!(seconds > 0)) throw new InputError(`${what} must be a time above 0 such as 90s, 10m or 1h, got "${text}"`);
  return seconds;
}

/** A duration for people, in its largest whole unit: 600 => `10m`, 5400 => `90m`, 0.25 => `250ms`. */
export function formatDuration(seconds: number): string {
  for (const unit of ['w', 'd', 'h', 'm', 's'] as const) {
    if (seconds >= UNIT_SECONDS[unit] && seconds % UNIT_SECONDS[unit] === 0)
      return `${seconds / UNIT_SECONDS[unit]}${unit}`;
  }
  return seconds < 1 ? `${Math.round(seconds * 1000)}ms` : `${Number(seconds.toFixed(1))}s`;
}

/**
 * Refuses a time zone that the platform does not know.
 *
 * @throws InputError
 */
export function checkTimeZone(zone: string): void {
  if (!IANAZone.isValidZone(zone))
    throw new InputError(`time zone must be an IANA name such as Asia/Hong_Kong, got "${zone}"`);
}

/** Hour in [0, 23] and weekday in [0, 6] of a moment. */
export interface HourAndWeekday {
  hour: number;
  weekday: number;
}

/**
 * Hour and weekday of many moments. Without dates (`startEpochSeconds` null) hour = floor(t / 3600) mod 24 and
 * weekday = floor(t / 86400) mod 7, counted from the file's own time 0; with dates the zone's calendar, Monday = 0.
 *
 * @param startEpochSeconds Unix time of second 0, or null
 * @param timeZone IANA name
 * @param seconds moments from the start, ascending; NaN and infinite values are not allowed
 */
export function hoursAndWeekdays(
  startEpochSeconds: number | null,
  timeZone: string,
  seconds: ArrayLike<number>,
): { hour: Uint8Array; weekday: Uint8Array } {
  const hour = new Uint8Array(seconds.length);
  const weekday = new Uint8Array(seconds.length);
  let known: HourAndWeekday = { hour: 0, weekday: 0 };
  let quarter = NaN; // zones shift by whole quarters of an hour, so one look-up serves a quarter
  for (let i = 0; i < seconds.length; i++) {
    const moment = (startEpochSeconds ?? 0) + seconds[i]!;
    const current = Math.floor(moment / 900);
    if (current !== quarter) known = startEpochSeconds === null ? undated(moment) : dated(moment, timeZone);
    quarter = current;
    hour[i] = known.hour;
    weekday[i] = known.weekday;
  }
  return { hour, weekday };
}

/**
 * Which of many moments fall on one of some days of the zone's calendar.
 *
 * @param startEpochSeconds Unix time of second 0
 * @param seconds moments from the start, ascending
 * @param days as `YYYY-MM-DD`
 * @returns 1 where it does, else 0
 */
export function fallsOn(
  startEpochSeconds: number,
  timeZone: string,
  seconds: ArrayLike<number>,
  days: readonly string[],
): Uint8Array {
  const wanted = new Set(days);
  const found = new Uint8Array(seconds.length);
  let quarter = NaN; // as above
  for (let i = 0; i < seconds.length; i++) {
    const moment = startEpochSeconds + seconds[i]!;
    const current = Math.floor(moment / 900);
    if (current === quarter) found[i] = found[i - 1]!;
    else found[i] = wanted.has(DateTime.fromSeconds(moment, { zone: timeZone }).toISODate() ?? '') ? 1 : 0;
    quarter = current;
  }
  return found;
}

/** Whether a text is a day of the calendar as `YYYY-MM-DD`. */
export function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && DateTime.fromISO(text).isValid;
}

function undated(seconds: number): HourAndWeekday {
  const positiveModulo = (value: number, modulus: number): number => ((value % modulus) + modulus) % modulus;
  return {
    hour: positiveModulo(Math.floor(seconds / 3600), 24),
    weekday: positiveModulo(Math.floor(seconds / 86400), 7),
  };
}

function dated(epochSeconds: number, timeZone: string): HourAndWeekday {
  const local = DateTime.fromSeconds(epochSeconds, { zone: timeZone });
  return { hour: local.hour, weekday: local.weekday - 1 };
}
