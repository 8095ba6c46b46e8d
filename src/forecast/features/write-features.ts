import { extendCalendar, type History } from '../history.js';
import { derivedOf, type Derived } from './derived.js';
import { DIFFERENCES, EXTREME_WINDOWS, HARMONICS, LAGS, PLACE, WINDOWS } from './feature-names.js';

/**
 * Writes the features of the row `step` rows ahead (1: the row `origin` itself), from rows below `origin` alone, in the order of
 * FEATURE_NAMES, the holiday behind them, and in units of `scale`; NaN where something is not known. Missing rows count as the value observed before them.
 *
 * @param into float32 or float64, written from `offset` on
 */
export function writeFeatures(
  history: History,
  origin: number,
  step: number,
  scale: number,
  into: Float32Array | Float64Array,
  offset = 0,
): void {
  writeRecent(history, origin, scale, into, offset);
  writeTarget(history, origin, step, scale, into, offset);
}

/** The features that are the same for every step ahead: those before PLACE.daily. */
export function writeRecent(
  history: History,
  origin: number,
  scale: number,
  into: Float32Array | Float64Array,
  offset: number,
): void {
  const { filled } = history;
  const value = (lag: number): number => (origin >= lag ? filled[origin - lag]! / scale : NaN);
  let at = offset;
  for (let lag = 1; lag <= LAGS; lag++) into[at++] = value(lag);
  for (const rows of DIFFERENCES) into[at++] = value(1) - value(1 + rows);
  at = writeWindows(filled, origin, scale, into, at);
  for (const rows of EXTREME_WINDOWS.slice(1)) at = writeExtremes(filled, origin, rows, scale, into, at);
  for (const level of derivedOf(history).levels) into[at++] = origin > 0 ? level.values[origin - 1]! / scale : NaN;
}

/** Mean and deviation (n - 1) over the last 3 and WINDOWS rows, fewer at the start. */
function writeWindows(
  filled: Float64Array,
  origin: number,
  scale: number,
  into: Float32Array | Float64Array,
  offset: number,
): number {
  const last = origin > 0 ? filled[origin - 1]! : NaN;
  let [sum, squares, count, at] = [0, 0, 0, offset];
  for (const rows of [3, ...WINDOWS]) {
    for (; count < rows && count < origin; count++) {
      const distance = (filled[origin - 1 - count]! - last) / scale; // sums of distances stay exact where sums of squares would not
      if (Number.isNaN(distance)) break;
      sum += distance;
      squares += distance * distance;
    }
    into[at++] = count > 0 ? last / scale + sum / count : NaN;
    into[at++] = count > 1 ? Math.sqrt(Math.max(0, squares - (sum * sum) / count) / (count - 1)) : NaN;
  }
  return at;
}

function writeExtremes(
  filled: Float64Array,
  origin: number,
  rows: number,
  scale: number,
  into: Float32Array | Float64Array,
  offset: number,
): number {
  const sorted = filled.slice(Math.max(0, origin - rows), origin).sort();
  let known = sorted.length;
  while (known > 0 && Number.isNaN(sorted[known - 1]!)) known--; // NaN sorts last
  const place = 0.75 * (known - 1);
  const low = sorted[Math.floor(place)]!;
  into[offset] = known > 0 ? sorted[known - 1]! / scale : NaN;
  into[offset + 1] = known > 0 ? sorted[0]! / scale : NaN;
  into[offset + 2] = known > 0 ? (low + (place - Math.floor(place)) * (sorted[Math.ceil(place)]! - low)) / scale : NaN;
  return offset + 3;
}

/** The features that depend on the target's row: those from PLACE.daily on. */
export function writeTarget(
  history: History,
  origin: number,
  step: number,
  scale: number,
  into: Float32Array | Float64Array,
  offset: number,
): void {
  const derived = derivedOf(history);
  const { day } = derived;
  const row = origin + step - 1;
  const at = offset + PLACE.daily;
  const daily = dailyFeatures(history, derived, origin, row);
  for (let i = 0; i < daily.length; i++) into[at + i] = daily[i]! / scale;
  const week = row - 7 * day * (1 + Math.floor((step - 1) / (7 * day)));
  into[offset + PLACE.weekly] = week >= 0 ? history.filled[week]! / scale : NaN;
  into[offset + PLACE.weekly + 1] = smoothedAt(derived, week, origin) / scale;
  const moment = dayFraction(history, row, day);
  for (let k = 0; k < HARMONICS; k++) {
    into[offset + PLACE.calendar + 2 * k] = Math.sin(2 * Math.PI * (k + 1) * moment);
    into[offset + PLACE.calendar + 2 * k + 1] = Math.cos(2 * Math.PI * (k + 1) * moment);
  }
  into[offset + PLACE.calendar + 2 * HARMONICS] = moment;
  into[offset + PLACE.weekday] = history.weekday[row]!;
  into[offset + PLACE.holiday] = history.holiday[row]!;
}

function dailyFeatures(history: History, derived: Derived, origin: number, row: number): number[] {
  const { day } = derived;
  const back = day * (1 + Math.floor((row - origin) / day));
  const profile = profileAt(derived, row, origin);
  const now = origin > 0 ? history.filled[origin - 1]! : NaN;
  return [
    row - back >= 0 ? history.filled[row - back]! : NaN,
    smoothedAt(derived, row - back, origin),
    profile,
    spreadAt(derived, row, origin),
    profile - profileAt(derived, origin - 1, origin),
    origin - 1 - day >= 0 ? now - history.filled[origin - 1 - day]! : NaN,
    against(history, derived, origin, 1),
    against(history, derived, origin, 6),
    against(history, derived, origin, 30),
  ];
}

/** Mean distance of the last `rows` rows from the daily profile. */
function against(history: History, derived: Derived, origin: number, rows: number): number {
  let mean = 0;
  let count = 0;
  for (let row = Math.max(0, origin - rows); row < origin; row++) {
    const distance = history.filled[row]! - profileAt(derived, row, origin);
    if (!Number.isNaN(distance)) mean += (distance - mean) / ++count;
  }
  return count > 0 ? mean : NaN;
}

/** The smoothed value around `row`; where rows at or beyond the origin would be needed, the newest that needs none. */
function smoothedAt({ smoothed, around }: Derived, row: number, origin: number): number {
  const newest = Math.min(row, origin - 1 - around);
  return newest >= 0 ? smoothed.values[newest]! : NaN;
}

/** The profile of a row, from days whose smoothed bins end before the origin. */
function profileAt(derived: Derived, row: number, origin: number): number {
  return columnAt(derived, derived.profile.values, row, origin);
}

function spreadAt(derived: Derived, row: number, origin: number): number {
  return columnAt(derived, derived.spread.values, row, origin);
}

function columnAt({ day, around }: Derived, values: Float64Array, row: number, origin: number): number {
  let known = row;
  while (known - day + around >= origin) known -= day;
  return known >= 0 ? values[known]! : NaN;
}

/** Where in its local day the row starts, [0, 1); bins wider than a day have no time of day. */
function dayFraction(history: History, row: number, day: number): number {
  extendCalendar(history, row + 1);
  if (day <= 1) return 0;
  const withinHour = ((row * history.grid.binSeconds + (history.grid.startSeconds ?? 0)) % 3600) / 3600;
  return (history.hour[row]! + withinHour) / 24;
}
