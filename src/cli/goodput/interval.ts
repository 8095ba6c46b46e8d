import { formatNumber } from '../output.js';

/** A goodput's interval for people; one without an end is `at least`. */
export function formatInterval(low: number, high: number): string {
  return high === Infinity ? `at least ${formatNumber(low, 2)}` : `${formatNumber(low, 2)} to ${formatNumber(high, 2)}`;
}
