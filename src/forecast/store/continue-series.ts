import { InputError } from '../../base/index.js';
import type { TargetSeries } from '../../load/index.js';
import type { StoredModel } from './model-folder.js';

/** What became of a series' bins when a stored model took them in. */
export interface Appended {
  /** Bins that the model already knew. */
  readonly skipped: number;
  /** Bins between what it knew and the first of the series: taken in as missing. */
  readonly gap: number;
  readonly appended: number;
}

const MOST_GAP_BINS = 50_000;

/**
 * Brings a stored model up to date with a later stretch of the series it was trained on: bins that it knows are skipped, bins
 * in between are missing. Both must be dated, or both count on the same clock of their own. Bins that start elsewhere than the model's
 * go to the nearest of its bins.
 *
 * @throws InputError when the target or its bin is another, one is dated and the other is not, the gap is absurd, or the bins
 *   that both have differ: then it is another series
 */
export function continueSeries({ forecaster, manifest }: StoredModel, target: TargetSeries, source: string): Appended {
  checkSameKind(manifest, target, source);
  const { binSeconds, values, startSeconds = 0, startEpochSeconds } = target;
  const known = manifest.target.startEpochSeconds;
  if ((known === null) !== (startEpochSeconds === null))
    throw new InputError(
      `${source}: ${startEpochSeconds === null ? 'has no dates, but' : 'has dates, but'} the model "${manifest.name}" was trained on a series ${known === null ? 'without' : 'with'} them`,
    );
  const start = startEpochSeconds === null ? startSeconds : startEpochSeconds + startSeconds;
  const end = (known ?? 0) + manifest.trainedOn.toSeconds;
  const offset = Math.round((start - end) / binSeconds);
  if (offset > MOST_GAP_BINS)
    throw new InputError(`${source}: begins ${offset} bins after what the model "${manifest.name}" knows`);
  const skipped = Math.min(values.length, Math.max(0, -offset));
  const gap = Math.max(0, offset);
  checkOverlap(manifest, values, -offset, source);
  forecaster.update(new Float64Array(gap).fill(NaN));
  forecaster.update(values.subarray(skipped));
  return { skipped, gap, appended: values.length - skipped };
}

/** @param known row of `values` that would follow the last bin of the training */
function checkOverlap(
  { name, trainedOn }: StoredModel['manifest'],
  values: Float64Array,
  known: number,
  source: string,
): void {
  trainedOn.tail.forEach((value, i) => {
    const row = known - trainedOn.tail.length + i;
    const now = values[row];
    if (now === undefined || Object.is(now, value ?? NaN)) return;
    throw new InputError(
      `${source}: bin ${row} must be ${value ?? 'missing'} as when "${name}" was trained, got ${Number.isNaN(now) ? 'none' : now}: ` +
        'another series needs a model of its own (foresail train), or --from pretrained',
    );
  });
}

/**
 * Refuses a series that a model does not forecast.
 *
 * @throws InputError
 */
export function checkSameKind(
  { name, target: wanted }: StoredModel['manifest'],
  target: TargetSeries,
  source: string,
): void {
  if (target.name !== wanted.name)
    throw new InputError(`${source}: the model "${name}" forecasts ${wanted.name}, not ${target.name}`);
  if (target.binSeconds !== wanted.binSeconds)
    throw new InputError(
      `${source}: the model "${name}" forecasts bins of ${wanted.binSeconds} s, but these have ${target.binSeconds} s`,
    );
}
