import type { FeatureTable } from './feature-table.js';
import { addTreesToOne, addTreeToAny, addTreeToKnown, layoutOf } from './forest-layout.js';
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
  addTrees(model, table, margins);
  return margins;
}

/** Rows that go through all trees together: their features and one tree fit a core's first cache. */
const BLOCK = 64;

/** Adds the leaves of all trees to every row's sum. */
export function addTrees(model: BoostedModel, table: FeatureTable, margins: Float32Array): void {
  const layout = layoutOf(model);
  const { rows, columns, values } = table;
  for (let begin = 0; begin < rows; begin += BLOCK) {
    const end = Math.min(rows, begin + BLOCK);
    const add = hasMissing(values, begin * columns, end * columns) ? addTreeToAny : addTreeToKnown;
    for (let tree = 0; tree < layout.depth.length; tree++) add(layout, tree, values, columns, begin, end, margins);
  }
}

function hasMissing(values: Float32Array, begin: number, end: number): boolean {
  for (let i = begin; i < end; i++) if (Number.isNaN(values[i]!)) return true;
  return false;
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
  return responseOf(model.objective, sumOfRow(model, values, start, Math.fround(offset)));
}

function sumOfRow(model: BoostedModel, values: Float32Array, start: number, margin: number): number {
  const layout = layoutOf(model);
  return layout.link === null || hasMissing(values, start, start + model.features)
    ? sumLeaves(model, values, start, margin)
    : addTreesToOne(layout, layout.link, values, start, margin);
}

/** `margin` with the leaves added that the row starting at `start` of `values` falls into. */
export function sumLeaves(model: BoostedModel, values: Float32Array, start: number, margin: number): number {
  const { feature, threshold, left, right, missingLeft, value, treeStart } = model;
  let sum = margin;
  for (let tree = 0; tree < treeStart.length - 1; tree++) {
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
