import type { Goodput, SensitivityPoint } from '../../serving/index.js';
import { formatNumber, formatTable, print } from '../output.js';
import { formatCounts } from '../serving-options.js';
import { formatInterval } from './interval.js';
import { printSensitivity } from './sensitivity.js';

/** What `foresail goodput` found. */
export interface GoodputAnswer {
  /** Profile, SLO and requests, in a line. */
  readonly title: string;
  readonly found: readonly Goodput[];
  /** The one with the largest goodput, the first of equals. */
  readonly best: Goodput;
  /** How the best one's goodput changes with the SLO; null when that was not asked. */
  readonly sensitivity: readonly SensitivityPoint[] | null;
  /** Where the runs left what the profile was measured on, one line each. */
  readonly beyondProfile: readonly string[];
}

/** Runs shorter than this have no slow swings of the load. */
const SHORT_RUN_SECONDS = 120;

/** Prints it for people. */
export function printGoodput({ title, found, best, sensitivity, beyondProfile }: GoodputAnswer): void {
  print(title);
  print();
  const rows = found.map(({ counts, goodput, low, high, goodputPerGpu }) => [
    `${formatCounts(counts)}${goodput === best.goodput && found.length > 1 ? ' *' : ''}`,
    formatNumber(goodput, 2),
    formatInterval(low, high),
    formatNumber(goodputPerGpu, 2),
  ]);
  print(formatTable(['deployment', 'goodput (req/s)', 'interval', 'per GPU'], rows));
  if (found.length > 1) print('\n* the largest');
  const shortest = Math.min(...found.filter(({ goodput }) => goodput > 0).map(({ runSeconds }) => runSeconds));
  if (shortest < SHORT_RUN_SECONDS)
    print(`\nthe shortest run lasts ${formatNumber(shortest, 0)} s and may read 1 % too high: give more --requests`);
  if (sensitivity) printSensitivity(best, sensitivity);
  for (const line of beyondProfile) print(`${line === beyondProfile[0] ? '\n' : ''}note: ${line}`);
}
