import type { FeatureTable } from './feature-table.js';
import { responseOf, startingMargin, type BoostedModel } from './model.js';

/**
 * Predictions of every row, in units of the target.
 *
 * @param offsets per row, what the leaves are added to instead of the base score (XGBoost's base margin; a logarithm for `poisson`)
 * @throws RangeError when the table has another number of features than the model, or the offsets another number of rows
 */
export function predict(model: BoostedModel, table: FeatureTable, offsets?: ArrayLike<number>): Float32Array {
  const predictions = predictMargins(model, table, offsets);
  if (model.objective === 'poisson')
    for (let row = 0; row < table.rows; row++) predictions[row] = Math.exp(predictions[row]!);
  return predictions;
}

/** Sums of leaves of every row: float32 sums in the order of the trees, as XGBoost adds them. See `predict`. */
export function predictMargins(model: BoostedModel, table: FeatureTable, offsets?: ArrayLike<number>): Float32Array {
  if (table.columns !== model.features)
    throw new RangeError(`Cannot predict: the model takes ${model.features} features, got ${table.columns}`);
  if (offsets !== undefined && offsets.length !== table.rows)
    throw new RangeError(`Cannot predict: ${table.rows} rows of features but ${offsets.length} offsets`);
  const margins = new Float32Array(table.rows);
  if (offsets === undefined) margins.fill(startingMargin(model));
  else margins.set(offsets);
  addTrees(model, table, 0, model.treeStart.length - 1, margins);
  return margins;
}

/** Adds the leaves of trees `from` up to `to` to every row's sum. */
export function addTrees(
  model: BoostedModel,
  table: FeatureTable,
  from: number,
  to: number,
  margins: Float32Array,
): void {
  for (let row = 0; row < table.rows; row++)
    margins[row] = sumLeaves(model, table.values, row * table.columns, margins[row]!, from, to);
}

/**
 * The prediction of one row whose features start at `start` of float32 `values`, in units of the target.
 *
 * @param offset what the leaves are added to instead of the base score
 */
export function predictAt(
  model: BoostedModel,
  values: Float32Array,
  start = 0,
  offset = startingMargin(model),
): number {
  return responseOf(
    model.objective,
    sumLeaves(model, values, start, Math.fround(offset), 0, model.treeStart.length - 1),
  );
}

/** `margin` with the leaves of trees `from` up to `to` added that the row starting at `start` of `values` falls into. */
export function sumLeaves(
  model: BoostedModel,
  values: Float32Array,
  start: number,
  margin: number,
  from: number,
  to: number,
): number {
  const { feature, threshold, left, right, missingLeft, value, treeStart } = model;
  let sum = margin;
  for (let tree = from; tree < to; tree++) {
    let node = treeStart[tree]!;
    for (let asked = feature[node]!; asked >= 0; asked = feature[node]!) {
      const x = values[start + asked]!;
      const goesLeft = x < threshold[node]! || (missingLeft[node] === 1 && Number.isNaN(x));
      node = goesLeft ? left[node]! : right[node]!;
    }
    sum = Math.fround(sum + value[node]!);
  }
  return sum;
}
