import type { Goodput, SensitivityPoint } from '../../serving/index.js';
import { formatNumber, formatTable, print } from '../output.js';
import { formatCounts } from '../serving-options.js';
import { formatInterval } from './interval.js';

/** The deployment that the sensitivity is of: the one with the largest goodput, the first of equals. */
export function bestOf(found: readonly Goodput[]): Goodput {
  return found.reduce((best, one) => (one.goodput > best.goodput ? one : best));
}

/** JSON of a point; null stands for an interval without an end. */
export function sensitivityJson({ high, ...point }: SensitivityPoint): object {
  return { ...point, high: high === Infinity ? null : high };
}

/** Prints for people how the goodput of a deployment changes with the SLO. */
export function printSensitivity({ counts, goodput: given }: Goodput, points: readonly SensitivityPoint[]): void {
  print(`\n${formatCounts(counts)} under other SLOs, one part changed at a time`);
  print();
  const rows = points.map((point) => [
    nameOfPoint(point),
    formatNumber(point.goodput, 2),
    formatInterval(point.low, point.high),
    formatChange(point.goodput, given),
  ]);
  print(formatTable(['bound', 'goodput (req/s)', 'interval', 'change'], rows));
}

/** What was changed and to what, such as `ttft 500 ms`. */
export function nameOfPoint({ bound, value }: SensitivityPoint): string {
  return `${bound} ${bound === 'attainment' ? value : formatBound(value)}`;
}

/** The relative change of a goodput, such as `+12.5 %`. */
export function formatChange(goodput: number, given: number): string {
  if (given === 0) return '-';
  return `${goodput >= given ? '+' : ''}${formatNumber((goodput / given - 1) * 100, 1)} %`;
}

function formatBound(seconds: number): string {
  return seconds < 1 ? `${Number((seconds * 1000).toPrecision(4))} ms` : `${Number(seconds.toPrecision(4))} s`;
}
