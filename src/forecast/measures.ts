/** How far forecasts were off; null where a measure is not defined, `undefinedBecause` says why. */
export interface Measures {
  readonly scoredBins: number;
  /** Sum of absolute errors / sum of absolute values. */
  readonly nmae: number | null;
  /** Sum of squared errors / sum of squared deviations from the mean over the scored bins. */
  readonly nmse: number | null;
  /** Sum of squared errors / sum of squares. */
  readonly nmseEnergy: number | null;
  /** Sum of errors (forecast - value) / sum of absolute values. */
  readonly bias: number | null;
  readonly undefinedBecause?: string;
}

/**
 * Measures of forecasts against what came (docs/architecture.md, "Words"). Rows whose value is missing, or that have
 * no forecast, are not scored.
 *
 * @param actual NaN where missing
 * @param forecast of the same length; NaN where there was none
 */
export function measure(actual: ArrayLike<number>, forecast: ArrayLike<number>): Measures {
  const scored = scoredRows(actual, forecast);
  const sums = { absoluteError: 0, squaredError: 0, error: 0, absolute: 0, squared: 0, deviation: 0 };
  let total = 0;
  let largest = 0;
  for (const row of scored) {
    total += actual[row]!;
    largest = Math.max(largest, Math.abs(actual[row]!));
  }
  const centre = total / scored.length;
  for (const row of scored) {
    const value = actual[row]!;
    const error = forecast[row]! - value;
    sums.error += error;
    sums.absoluteError += Math.abs(error);
    sums.squaredError += error * error;
    sums.absolute += Math.abs(value);
    sums.squared += value * value;
    sums.deviation += (value - centre) ** 2;
  }
  if (sums.deviation <= scored.length * (scored.length * Number.EPSILON * largest) ** 2) sums.deviation = 0; // only rounding
  const reason = whyUndefined(scored.length, sums);
  return {
    scoredBins: scored.length,
    nmae: ratio(sums.absoluteError, sums.absolute),
    nmse: ratio(sums.squaredError, sums.deviation),
    nmseEnergy: ratio(sums.squaredError, sums.squared),
    bias: ratio(sums.error, sums.absolute),
    ...(reason === null ? {} : { undefinedBecause: reason }),
  };
}

/** Mean pinball loss of a quantile at `level`, divided by the mean of the scored values; null where that is 0 or nothing is scored. */
export function pinballOverMean(actual: ArrayLike<number>, quantile: ArrayLike<number>, level: number): number | null {
  let loss = 0;
  let total = 0;
  for (const row of scoredRows(actual, quantile)) {
    const above = actual[row]! - quantile[row]!;
    loss += Math.max(level * above, (level - 1) * above);
    total += actual[row]!;
  }
  return ratio(loss, total);
}

/** Share of scored values that are at most the quantile, in [0, 1]; null where nothing is scored. */
export function coverage(actual: ArrayLike<number>, quantile: ArrayLike<number>): number | null {
  const scored = scoredRows(actual, quantile);
  return ratio(scored.filter((row) => actual[row]! <= quantile[row]!).length, scored.length);
}

function scoredRows(actual: ArrayLike<number>, forecast: ArrayLike<number>): number[] {
  if (actual.length !== forecast.length)
    throw new RangeError(`Cannot measure: ${actual.length} values but ${forecast.length} forecasts`);
  const rows: number[] = [];
  for (let row = 0; row < actual.length; row++) if (!Number.isNaN(actual[row]! + forecast[row]!)) rows.push(row);
  return rows;
}

function ratio(above: number, below: number): number | null {
  return below > 0 && Number.isFinite(above) && Number.isFinite(below) ? above / below : null;
}

function whyUndefined(scored: number, sums: { absolute: number; squared: number; deviation: number }): string | null {
  if (scored === 0) return 'no bin to score: every one is missing or had no forecast';
  if (!Number.isFinite(sums.squared)) return 'the values are too large to square';
  if (sums.absolute === 0) return 'every scored value is 0';
  if (sums.deviation === 0) return 'every scored value is the same, so NMSE has nothing to divide by';
  return null;
}
