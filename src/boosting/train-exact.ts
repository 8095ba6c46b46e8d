import { columnOf, type FeatureTable } from './feature-table.js';
import type { BoostedModel } from './model.js';
import { boostingParameters, type BoostingParameters } from './parameters.js';
import { ForestBuilder } from './forest-builder.js';
import { growTree, type SortedColumns } from './grow-exact.js';

/**
 * Trains a forest on squared error with exact split search: every cut between distinct values is tried, as XGBoost's
 * `exact` tree method does (Chen and Guestrin 2016, algorithm 1, with the learned default direction of algorithm 3).
 * Gradients, gains, thresholds and leaves are float32 and sums float64 as there, so that the same trees come out.
 *
 * @param table rows of features, NaN where missing
 * @param targets one finite number a row, taken as float32
 * @param given what differs from XGBOOST_DEFAULTS
 * @throws RangeError when shapes do not fit or a target is not finite
 */
export function trainExact(
  table: FeatureTable,
  targets: ArrayLike<number>,
  given: Partial<BoostingParameters> = {},
): BoostedModel {
  const parameters = boostingParameters(given);
  const labels = checkedTargets(table, targets);
  const columns = sortColumns(table);
  const predictions = new Float32Array(table.rows).fill(parameters.baseScore);
  const gradients = new Float32Array(table.rows);
  const forest = new ForestBuilder();
  for (let tree = 0; tree < parameters.trees; tree++) {
    for (let row = 0; row < table.rows; row++) gradients[row] = predictions[row]! - labels[row]!;
    growTree(forest, columns, gradients, parameters, (row, leaf) => {
      predictions[row] = predictions[row]! + leaf;
    });
  }
  return forest.finish(parameters.baseScore, table.columns);
}

function checkedTargets(table: FeatureTable, targets: ArrayLike<number>): Float32Array {
  if (targets.length !== table.rows)
    throw new RangeError(`Cannot train: ${table.rows} rows of features but ${targets.length} targets`);
  const labels = Float32Array.from(targets);
  const bad = labels.findIndex((label) => !Number.isFinite(label));
  if (bad >= 0) throw new RangeError(`Cannot train: target of row ${bad} must be finite, got ${targets[bad]!}`);
  return labels;
}

/** Each column's known rows in ascending order of value, equal values in order of rows. */
function sortColumns(table: FeatureTable): SortedColumns {
  const values: Float32Array[] = [];
  const orders: Int32Array[] = [];
  for (let column = 0; column < table.columns; column++) {
    const own = columnOf(table, column);
    const known = Int32Array.from({ length: table.rows }, (_, row) => row).filter((row) => !Number.isNaN(own[row]!));
    values.push(own);
    orders.push(known.sort((a, b) => own[a]! - own[b]! || a - b));
  }
  return { rows: table.rows, values, orders };
}
