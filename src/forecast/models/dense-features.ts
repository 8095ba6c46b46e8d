import { extendCalendar, rowsPerDay, type History } from '../history.js';

const LAGS = 6;
const WINDOWS = [6, 12, 30, 60];
const DAY_HARMONICS = 3;

/** Features that a network is fed, one row per origin. */
export const DENSE_FEATURES = LAGS + 2 * WINDOWS.length + 2 + 2 * DAY_HARMONICS + 2;

/**
 * Writes the features of `origin`, from rows below it alone: lags 1 to 6 and the means of the last 6 to 60 rows as differences to the
 * level, deviations over the same rows, the level and its root, the time of day as three harmonics, and what yesterday's same half
 * hour had above the level (0 with a flag of 0 while there was no yesterday). Values are in units of `scale`.
 *
 * @param level the exponentially weighted mean of the rows below `origin`
 */
export function denseFeatures(
  history: History,
  origin: number,
  level: number,
  scale: number,
  into: Float32Array | Float64Array,
  offset: number,
): void {
  let at = offset;
  const root = rootOf(level / scale);
  const difference = (value: number): number => (Number.isNaN(value) ? 0 : (value - level) / scale / root);
  for (let lag = 1; lag <= LAGS; lag++) into[at++] = difference(origin >= lag ? history.filled[origin - lag]! : NaN);
  for (const window of WINDOWS) {
    const { mean, deviation } = spreadOf(history, origin - window, origin);
    into[at++] = difference(mean);
    into[at++] = Number.isNaN(deviation) ? 0 : deviation / scale / root;
  }
  into[at++] = level / scale;
  into[at++] = root;
  const day = rowsPerDay(history);
  const angle = 2 * Math.PI * dayFraction(history, origin, day);
  for (let k = 1; k <= DAY_HARMONICS; k++) {
    into[at++] = Math.sin(k * angle);
    into[at++] = Math.cos(k * angle);
  }
  const around = Math.floor(1800 / history.grid.binSeconds);
  const yesterday = origin - day;
  const { mean } = spreadOf(history, yesterday - around, Math.min(origin, yesterday + around + 1));
  const known = yesterday - around >= 0 && !Number.isNaN(mean);
  into[at++] = known ? difference(mean) : 0;
  into[at] = known ? 1 : 0;
}

/** The unit in which deviations from a level are alike: its square root, kept up near 0. */
export function rootOf(level: number): number {
  return Math.sqrt(Math.max(level, 0.05));
}

/** Mean and deviation (n - 1, 0 for one row) of rows `from` to `to - 1`, those before the first observation left out. */
function spreadOf(history: History, from: number, to: number): { mean: number; deviation: number } {
  let count = 0;
  let mean = 0;
  let squares = 0;
  for (let row = Math.max(0, from); row < to; row++) {
    const value = history.filled[row]!;
    if (Number.isNaN(value)) continue;
    count++;
    const step = value - mean;
    mean += step / count;
    squares += step * (value - mean);
  }
  if (count === 0) return { mean: NaN, deviation: NaN };
  return { mean, deviation: count > 1 ? Math.sqrt(squares / (count - 1)) : 0 };
}

/** Where in its local day the row starts, [0, 1); bins wider than a day have no time of day. */
function dayFraction(history: History, row: number, day: number): number {
  if (day <= 1) return 0;
  extendCalendar(history, row + 1);
  const withinHour = ((row * history.grid.binSeconds + (history.grid.startSeconds ?? 0)) % 3600) / 3600;
  return (history.hour[row]! + withinHour) / 24;
}
