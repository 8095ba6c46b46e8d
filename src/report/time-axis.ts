/** Bins along time: bin i starts at `fromSeconds + i * binSeconds`, counted from `startEpochSeconds`. */
export interface TimeGrid {
  /** Unix time of second 0, or null where there are no dates. */
  readonly startEpochSeconds: number | null;
  /** IANA name; means nothing without dates. */
  readonly timeZone: string;
  readonly binSeconds: number;
  /** Start of the first bin; 0 when left out. */
  readonly fromSeconds?: number;
}

/** Where ticks stand, in seconds from the grid's second 0, and what they say (a second line after a newline). */
export interface TimeTicks {
  readonly at: number[];
  readonly label: (seconds: number) => string;
  /** Lines that the labels take. */
  readonly lines: 1 | 2;
  /** What the axis says of itself. */
  readonly title: string;
}

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86400;
const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 7, 14, 28, 56, 112, 364].map((days) => days * DAY),
];

/** Start of bin `index`, in seconds from the grid's second 0. */
export function binStart(grid: TimeGrid, index: number): number {
  return (grid.fromSeconds ?? 0) + index * grid.binSeconds;
}

/**
 * Round ticks between two moments, at midnights and whole hours of the grid's calendar (of its own second 0 without dates).
 * A change of summer time inside the range shifts the later ticks by its hour.
 *
 * @param most the largest number of ticks wanted
 */
export function timeTicks(grid: TimeGrid, from: number, to: number, most: number): TimeTicks {
  const step = STEPS.find((seconds) => (to - from) / seconds <= most) ?? Math.ceil((to - from) / most / DAY) * DAY;
  const offset = grid.startEpochSeconds === null ? 0 : secondsSinceMidnight(grid.startEpochSeconds, grid.timeZone);
  const first = Math.ceil((from + offset) / step) * step - offset;
  const at: number[] = [];
  for (let tick = first; tick <= to; tick += step) at.push(tick);
  const timeOfDay = (tick: number): string => clock(tick + offset, step < MINUTE);
  const isFirst = (tick: number): boolean => tick === at[0];
  const label = (tick: number): string => {
    if (step >= DAY) return dayLabel(grid, tick);
    const startsDay = (tick + offset) % DAY === 0;
    return startsDay || isFirst(tick) ? `${timeOfDay(tick)}\n${dayLabel(grid, tick)}` : timeOfDay(tick);
  };
  return {
    at,
    label,
    lines: step >= DAY ? 1 : 2,
    title: grid.startEpochSeconds === null ? 'time' : `time (${grid.timeZone})`,
  };
}

function clock(secondsOfDay: number, withSeconds: boolean): string {
  const inDay = ((secondsOfDay % DAY) + DAY) % DAY;
  const parts = [Math.floor(inDay / HOUR), Math.floor((inDay % HOUR) / MINUTE), Math.floor(inDay % MINUTE)];
  return (withSeconds ? parts : parts.slice(0, 2)).map((part) => String(part).padStart(2, '0')).join(':');
}

function dayLabel(grid: TimeGrid, seconds: number): string {
  if (grid.startEpochSeconds === null) return `day ${Math.floor(seconds / DAY) + 1}`;
  const moment = new Date((grid.startEpochSeconds + seconds) * 1000);
  const part = (options: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat('en-GB', { timeZone: grid.timeZone, ...options }).format(moment);
  return `${part({ weekday: 'short' })} ${part({ day: 'numeric' })} ${part({ month: 'short' })}`;
}

function secondsSinceMidnight(epochSeconds: number, timeZone: string): number {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, timeStyle: 'medium', hourCycle: 'h23' });
  const [hours, minutes, seconds] = format
    .format(new Date(epochSeconds * 1000))
    .split(':')
    .map(Number);
  return hours! * HOUR + minutes! * MINUTE + seconds!;
}
