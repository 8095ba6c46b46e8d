import { HALF_LIVES } from './derived.js';

/** Lags 1 to this many rows are features. */
export const LAGS = 12;
/** Rows over which the last value's change is a feature. */
export const DIFFERENCES = [1, 3, 6] as const;
/** Rows over which mean and deviation are features. */
export const WINDOWS = [6, 12, 30, 60, 120] as const;
/** Rows over which extremes and upper quartile are features. */
export const EXTREME_WINDOWS = [3, 6, 30, 60] as const;
/** Harmonics of the day that are features. */
export const HARMONICS = 3;

/** What an origin knows of the rows before it. */
const RECENT = [
  ...Array.from({ length: LAGS }, (_, i) => `lag ${i + 1}`),
  ...DIFFERENCES.map((rows) => `change over ${rows}`),
  'mean of 3',
  'deviation of 3',
  ...WINDOWS.flatMap((rows) => [`mean of ${rows}`, `deviation of ${rows}`]),
  ...EXTREME_WINDOWS.slice(1).flatMap((rows) => [`most of ${rows}`, `least of ${rows}`, `upper quartile of ${rows}`]),
  ...HALF_LIVES.map((rows) => `ewma of half-life ${rows}`),
];

/** What earlier days say of the target's bin, and how today compares with them. */
const DAILY = [
  'yesterday',
  'yesterday smoothed',
  'daily profile',
  'daily profile spread',
  'daily profile step',
  'now against yesterday',
  'now against profile',
  'last 6 against profile',
  'last 30 against profile',
];

const WEEKLY = ['last week', 'last week smoothed'];

/** When the target's bin is. */
const CALENDAR = [
  ...Array.from({ length: HARMONICS }, (_, i) => [`day sine ${i + 1}`, `day cosine ${i + 1}`]).flat(),
  'time of day',
];

/** Every feature that needs nothing but the series, in the order in which `writeFeatures` writes them. */
export const FEATURE_NAMES: readonly string[] = [...RECENT, ...DAILY, ...WEEKLY, ...CALENDAR, 'weekday'];
/** Whether the target's bin starts on a holiday: behind the others, and only where a series knows its holidays. */
export const HOLIDAY = 'holiday';
/** How many numbers `writeFeatures` writes. */
export const FEATURE_COUNT = FEATURE_NAMES.length + 1;

/** Places of features. */
export const PLACE = {
  daily: RECENT.length,
  weekly: RECENT.length + DAILY.length,
  calendar: RECENT.length + DAILY.length + WEEKLY.length,
  weekday: FEATURE_NAMES.length - 1,
  holiday: FEATURE_NAMES.length,
} as const;

/**
 * The features that so many rows can teach something: daily ones from a day and a half on, the time of day too, last week's from
 * nine days, the weekday from two weeks (before, the days to come were never seen), the holiday once there was one.
 *
 * @param days length of what is fitted
 * @param holidays how many of its rows start on a holiday
 * @returns places in FEATURE_NAMES, and PLACE.holiday
 */
export function usefulFeatures(days: number, rowsPerDay: number, holidays = 0): Int32Array {
  const hasDay = days >= 1.5 && rowsPerDay >= 3;
  return Int32Array.from({ length: FEATURE_COUNT }, (_, place) => place).filter((place) => {
    if (place < PLACE.daily) return true;
    if (place === PLACE.holiday) return holidays > 0;
    if (place >= PLACE.weekly && place < PLACE.calendar) return hasDay && days >= 9;
    if (place === PLACE.weekday) return days >= 14;
    return hasDay;
  });
}

/** The paper's features among ours (section 5.4): three lags, mean and deviation of the last hour, time of day, weekday. */
export function paperFeaturePlaces(binSeconds: number, useful: Int32Array): Int32Array {
  const hour = Math.min(60, Math.max(6, 3600 / binSeconds));
  const window = WINDOWS.reduce((best, rows) => (Math.abs(rows - hour) < Math.abs(best - hour) ? rows : best));
  const names = ['lag 1', 'lag 2', 'lag 3', `mean of ${window}`, `deviation of ${window}`, 'time of day', 'weekday'];
  return useful.filter((place) => names.includes(FEATURE_NAMES[place]!));
}
