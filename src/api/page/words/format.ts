/** Numbers and times as people read them. */

/** Holds a number and its unit together at the end of a line. */
const JOINED = '\u00a0';

/** Digits enough to tell neighbours apart and no more: 1,234 · 123 · 12.3 · 1.23 · 0.012. */
export function number(value: number): string {
  const size = Math.abs(value);
  const digits = size >= 100 || Number.isInteger(value) ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  return value.toLocaleString('en', { maximumFractionDigits: digits, minimumFractionDigits: size >= 1 ? digits : 0 });
}

/** A share in percent, with one decimal; unknown where it is null. Never 100 when something is missing. */
export function percent(share: number | null): string {
  if (share === null) return 'unknown';
  const rounded = Math.round(share * 1000) / 10;
  const shown = rounded === 100 && share < 1 ? 99.9 : rounded;
  return `${shown.toFixed(1)}${JOINED}%`;
}

/** Requests per second. */
export function rate(value: number): string {
  return `${number(value)}${JOINED}req/s`;
}

/** A time span in its largest unit: 30 ms, 1.5 s, 12 min, 2 h, 7 days. */
export function span(seconds: number): string {
  if (seconds < 1) return `${number(seconds * 1000)} ms`;
  if (seconds < 120) return `${number(seconds)} s`;
  if (seconds < 7200) return `${number(seconds / 60)} min`;
  if (seconds < 172_800) return `${number(seconds / 3600)} h`;
  return `${number(seconds / 86400)} days`;
}

/**
 * The day of a moment: its date in UTC where the trace has dates, else its number.
 *
 * @param atSeconds from the start of the trace
 */
export function day(atSeconds: number, startEpochSeconds: number | null): string {
  if (startEpochSeconds === null) return `day ${Math.floor(atSeconds / 86400) + 1}`;
  const [weekday = '', date = '', month = ''] = new Date((startEpochSeconds + atSeconds) * 1000)
    .toUTCString()
    .split(/,? /);
  return `${weekday} ${Number(date)} ${month}`;
}

/** The time of day, HH:MM. */
export function clock(atSeconds: number, startEpochSeconds: number | null): string {
  const seconds = (startEpochSeconds ?? 0) + atSeconds;
  const minutes = Math.floor(seconds / 60);
  const two = (value: number): string => String(((value % 60) + 60) % 60).padStart(2, '0');
  const hours = ((Math.floor(minutes / 60) % 24) + 24) % 24;
  return `${String(hours).padStart(2, '0')}:${two(minutes)}`;
}

/** Day and time of day. */
export function moment(atSeconds: number, startEpochSeconds: number | null): string {
  return `${day(atSeconds, startEpochSeconds)}, ${clock(atSeconds, startEpochSeconds)}`;
}

/** Instances by role. */
export interface Counts {
  readonly serve?: number;
  readonly prefill?: number;
  readonly decode?: number;
}

/** A split in words: `4 colocated`, or `2 prefill + 4 decode`. */
export function split({ serve, prefill, decode }: Counts): string {
  return serve === undefined ? `${prefill ?? 0} prefill + ${decode ?? 0} decode` : `${serve} colocated`;
}

/** GPUs of a split, one for each instance. */
export function gpusOf({ serve = 0, prefill = 0, decode = 0 }: Counts): number {
  return serve + prefill + decode;
}

/** GPU and model of a profile's name: `h100-llama-3.1-8b-bf16` is the GPU H100 under llama-3.1-8b in bf16. */
export function profileParts(name: string): {
  readonly gpu: string;
  readonly model: string;
  readonly precision: string;
} {
  const [gpu = '', ...rest] = name.split('-');
  const precision = rest.pop() ?? '';
  return { gpu: gpu.toUpperCase(), model: rest.join('-'), precision };
}

/** One of something, or several: `1 GPU`, `4 GPUs`. */
export function several(count: number, noun: string): string {
  return `${number(count)} ${noun}${count === 1 ? '' : 's'}`;
}
