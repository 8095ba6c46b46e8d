/**
 * Rows of features for training and prediction, row-major: the feature `c` of row `r` is `values[r * columns + c]`.
 * Values are float32, as XGBoost compares them; NaN is a missing feature.
 */
export interface FeatureTable {
  readonly rows: number;
  readonly columns: number;
  /** [rows x columns], row-major. */
  readonly values: Float32Array;
}

/**
 * A feature table from rows as plain lists.
 *
 * @throws RangeError when the rows differ in length
 */
export function tableOfRows(rows: readonly ArrayLike<number>[]): FeatureTable {
  const columns = rows[0]?.length ?? 0;
  const values = new Float32Array(rows.length * columns);
  rows.forEach((row, index) => {
    if (row.length !== columns)
      throw new RangeError(`Cannot make a table: row ${index} has ${row.length} features, the first has ${columns}`);
    values.set(row, index * columns);
  });
  return { rows: rows.length, columns, values };
}

/** Column `column` of the table as its own array. */
export function columnOf(table: FeatureTable, column: number): Float32Array {
  const values = new Float32Array(table.rows);
  for (let row = 0; row < table.rows; row++) values[row] = table.values[row * table.columns + column]!;
  return values;
}
