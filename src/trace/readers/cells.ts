import type { CsvRow } from './csv-rows.js';

const ZERO = 48;
const DOT = 46;
const MINUS = 45;
const SPACE = 32;

/** Powers of ten that a double holds exactly, so that dividing a mantissa below 2^53 by one rounds correctly. */
const POWERS = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

/** The text of a cell, for names and messages; two quotes in a quoted cell become one. */
export function cellText(row: CsvRow, cell: number): string {
  const text = row.bytes.toString('utf8', row.starts[cell], row.ends[cell]);
  return row.quoted ? text.replaceAll('""', '"') : text;
}

/** Whether a cell holds nothing. */
export function isEmpty(row: CsvRow, cell: number): boolean {
  return row.starts[cell] === row.ends[cell];
}

/**
 * The number that a cell holds, read from its bytes and rounded as `Number` does; NaN where it is none (an empty cell,
 * text, `NaN`, `Infinity`). Spaces around it are allowed.
 */
export function cellNumber(row: CsvRow, cell: number): number {
  const { bytes } = row;
  let at = row.starts[cell]!;
  const end = row.ends[cell]!;
  const isNegative = at < end && bytes[at] === MINUS;
  if (isNegative) at++;
  let mantissa = 0;
  let digits = 0;
  let fraction = -1;
  for (; at < end; at++) {
    const digit = bytes[at]! - ZERO;
    if (digit >= 0 && digit <= 9) {
      mantissa = mantissa * 10 + digit;
      digits++;
      if (fraction >= 0) fraction++;
    } else if (bytes[at] === DOT && fraction < 0) fraction = 0;
    else return slowNumber(row, cell);
  }
  if (digits === 0 || digits > 15) return slowNumber(row, cell);
  const value = fraction > 0 ? mantissa / POWERS[fraction]! : mantissa;
  return isNegative ? -value : value;
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** Numbers with an exponent, a plus sign, spaces or very many digits: rare, so through text. */
function slowNumber(row: CsvRow, cell: number): number {
  const text = row.bytes.toString('latin1', row.starts[cell], row.ends[cell]).trim();
  return NUMBER.test(text) ? Number(text) : NaN;
}

/** A moment as whole seconds since 1970 UTC and nanoseconds within that second; both exact. */
export interface Moment {
  seconds: number;
  nanos: number;
}

const DAYS_IN_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * Reads a date and time: `2024-05-10 00:00:00.009930+00:00`, a `T` in place of the space, up to nine digits of fraction,
 * `Z` or `+hh:mm` or `+hhmm`; without a zone it is UTC. Seconds may be left out, and so may the whole time of day.
 *
 * @param into is given the moment
 * @returns whether the cell holds one
 */
export function cellMoment(row: CsvRow, cell: number, into: Moment): boolean {
  const { bytes } = row;
  const end = row.ends[cell]!;
  let at = row.starts[cell]!;
  const year = digitsAt(bytes, at, end, 4);
  const month = digitsAt(bytes, at + 5, end, 2);
  const day = digitsAt(bytes, at + 8, end, 2);
  if (year < 0 || bytes[at + 4] !== MINUS || bytes[at + 7] !== MINUS) return false;
  if (month < 1 || month > 12 || day < 1 || day > DAYS_IN_MONTH[month - 1]!) return false;
  if (month === 2 && day === 29 && (year % 4 !== 0 || (year % 100 === 0 && year % 400 !== 0))) return false;
  into.seconds = daysSince1970(year, month, day) * 86400;
  into.nanos = 0;
  at += 10;
  if (at === end) return true;
  if (bytes[at] !== SPACE && bytes[at] !== 0x54) return false;
  return clockAt(bytes, at + 1, end, into);
}

function clockAt(bytes: Buffer, from: number, end: number, into: Moment): boolean {
  const COLON = 58;
  const hour = digitsAt(bytes, from, end, 2);
  const minute = digitsAt(bytes, from + 3, end, 2);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || bytes[from + 2] !== COLON) return false;
  let at = from + 5;
  let second = 0;
  if (at < end && bytes[at] === COLON) {
    second = digitsAt(bytes, at + 1, end, 2);
    if (second < 0 || second > 60) return false;
    at += 3;
    if (at < end && bytes[at] === DOT) {
      let unit = 1e9;
      for (at++; at < end && unit >= 1; at++) {
        const digit = bytes[at]! - ZERO;
        if (digit < 0 || digit > 9) break;
        unit /= 10;
        into.nanos += unit >= 1 ? digit * unit : 0;
      }
      if (unit === 1e9) return false;
    }
  }
  const offset = offsetAt(bytes, at, end);
  into.seconds += hour * 3600 + minute * 60 + second - offset;
  return !Number.isNaN(offset);
}

/** Seconds east of UTC of `Z`, `+hh`, `+hhmm`, `+hh:mm` or nothing; NaN where it is something else. */
function offsetAt(bytes: Buffer, from: number, end: number): number {
  if (from === end) return 0;
  if (bytes[from] === 0x5a) return from + 1 === end ? 0 : NaN;
  const sign = bytes[from] === 0x2b ? 1 : bytes[from] === MINUS ? -1 : NaN;
  const hours = digitsAt(bytes, from + 1, end, 2);
  const at = from + (bytes[from + 3] === 58 ? 4 : 3);
  const minutes = from + 3 === end ? 0 : digitsAt(bytes, at, end, 2);
  const isWhole = from + 3 === end || at + 2 === end;
  return hours >= 0 && hours <= 18 && minutes >= 0 && minutes <= 59 && isWhole
    ? sign * (hours * 3600 + minutes * 60)
    : NaN;
}

/** The number that exactly `count` digits at a place make, -1 where they are not all digits. */
function digitsAt(bytes: Buffer, from: number, end: number, count: number): number {
  if (from + count > end) return -1;
  let value = 0;
  for (let at = from; at < from + count; at++) {
    const digit = bytes[at]! - ZERO;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** Days from 1970-01-01 of a date in the Gregorian calendar, by counting from March so that leap days come last. */
function daysSince1970(year: number, month: number, day: number): number {
  const fromMarch = month > 2 ? year : year - 1;
  const monthFromMarch = (month + 9) % 12;
  const leapDays = Math.floor(fromMarch / 4) - Math.floor(fromMarch / 100) + Math.floor(fromMarch / 400);
  return 365 * fromMarch + leapDays + Math.floor((153 * monthFromMarch + 2) / 5) + day - 719469;
}

/** What is wrong with a row that has not as many cells as the header: which column it lacks, and what it holds. */
export function cellCountFault(row: CsvRow, header: readonly string[]): string {
  const shown = Array.from({ length: Math.min(row.cells, header.length) }, (_, cell) => cellText(row, cell)).join(',');
  const text = JSON.stringify(shown.length > 80 ? `${shown.slice(0, 80)}…` : shown);
  const where =
    row.cells < header.length
      ? `column "${header[row.cells]!}" is missing`
      : `a cell follows column "${header.at(-1)!}"`;
  return `${where}: a row must have ${header.length} cells, got ${row.cells}: ${text}`;
}
