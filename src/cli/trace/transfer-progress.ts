import { performance } from 'node:perf_hooks';
import type { ReportDownload } from '../../trace/index.js';

const BETWEEN_LINES_SECONDS = 5;
const BETWEEN_DRAWS_SECONDS = 0.2;
/** The rate is taken over about so long, so that it follows what the line does now. */
const RATE_WINDOW_SECONDS = 5;

/**
 * Shows a download on stderr with its rate and the time left: one line that is redrawn on a terminal, a line every few seconds
 * elsewhere, and a last line with the whole.
 */
export async function withTransferProgress<T>(name: string, work: (report: ReportDownload) => Promise<T>): Promise<T> {
  const { isTTY } = process.stderr;
  const started = performance.now() / 1000;
  const seen: { at: number; done: number }[] = [];
  let shown = started;
  let first = -1;
  let last = 0;
  const result = await work((done, total) => {
    const now = performance.now() / 1000;
    if (first < 0) first = done;
    last = done;
    seen.push({ at: now, done });
    while (seen.length > 2 && now - seen[0]!.at > RATE_WINDOW_SECONDS) seen.shift();
    if (now - shown < (isTTY ? BETWEEN_DRAWS_SECONDS : BETWEEN_LINES_SECONDS)) return;
    shown = now;
    const line = progressLine(name, done, total, rateOf(seen));
    process.stderr.write(isTTY ? `\r\u001b[2K${line}` : `${line}\n`);
  }).finally(() => {
    if (isTTY) process.stderr.write('\r\u001b[2K');
  });
  const seconds = performance.now() / 1000 - started;
  if (last > first && first >= 0)
    process.stderr.write(
      `${name}: ${megabytes(last - first)} MB in ${seconds.toFixed(1)} s (${megabytes((last - first) / seconds)} MB/s)\n`,
    );
  return result;
}

function rateOf(seen: readonly { at: number; done: number }[]): number {
  const from = seen[0]!;
  const to = seen.at(-1)!;
  return to.at > from.at ? (to.done - from.done) / (to.at - from.at) : NaN;
}

/**
 * `burstgpt-1: 23 % of 52.3 MB, 4.5 MB/s, 9 s left`; without a total, only what has come.
 *
 * @param rate bytes per second, NaN where not known yet
 */
export function progressLine(name: string, done: number, total: number | null, rate: number): string {
  const speed = Number.isNaN(rate) ? '' : `, ${megabytes(rate)} MB/s`;
  if (total === null || total <= 0) return `${name}: ${megabytes(done)} MB${speed}`;
  const left = rate > 0 ? `, ${timeLeft((total - done) / rate)} left` : '';
  return `${name}: ${Math.floor((100 * done) / total)} % of ${megabytes(total)} MB${speed}${left}`;
}

function timeLeft(seconds: number): string {
  const whole = Math.ceil(seconds);
  return whole < 90 ? `${whole} s` : whole < 5400 ? `${Math.ceil(whole / 60)} min` : `${(whole / 3600).toFixed(1)} h`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
