import { binTable } from './binned-table.js';
import type { FeatureTable } from './feature-table.js';
import { ForestBuilder } from './forest-builder.js';
import { addHistogramTree, openSession } from './histogram-session.js';
import { histogramParameters, type HistogramParameters } from './histogram-parameters.js';
import { bestConstant, meanLoss, type LossRows } from './losses.js';
import { firstTrees, startingMargin, type BoostedModel } from './model.js';
import { MOST_ROWS } from './pack-gradients.js';
import { addTrees } from './predict.js';

/** What rows bring besides features and target; each list has one entry a row. */
export interface RowExtras {
  /** How much a row counts, above or equal to 0; default 1. */
  readonly weights?: ArrayLike<number>;
  /** What the leaves are added to instead of the base score: XGBoost's base margin, a logarithm for `poisson`. */
  readonly offsets?: ArrayLike<number>;
}

/** What goes with the rows of a training: their weights and offsets, rows to validate on, and who is told. */
export interface TrainingExtras extends RowExtras {
  /** Rows that early stopping watches. */
  readonly validation?: RowExtras & { readonly table: FeatureTable; readonly targets: ArrayLike<number> };
  /** Told after each tree: trees so far, and the mean loss on the validation rows (NaN without). */
  readonly onTree?: (trees: number, validationLoss: number) => void;
}

/**
 * Trains a forest on histograms: columns are put into at most 256 bins once, and cuts between bins are tried (Chen and Guestrin 2016,
 * section 3.2; Ke et al. 2017). Where every distinct value has its own bin it finds the cuts of `trainExact`. The same seed gives the
 * same forest on every machine. Trees for `absolute` and `quantile` follow the gradient, and their leaves are quantiles of the residuals.
 *
 * @param table rows of features, NaN where missing; at most 2^23 rows
 * @param targets one finite number a row, taken as float32; not negative for `poisson`
 * @param given what differs from HISTOGRAM_DEFAULTS
 * @throws RangeError when shapes do not fit, or a target, weight or parameter is outside its range
 */
export function trainHistogram(
  table: FeatureTable,
  targets: ArrayLike<number>,
  given: Partial<HistogramParameters> = {},
  extras: TrainingExtras = {},
): BoostedModel {
  const parameters = histogramParameters(given);
  if (table.rows > MOST_ROWS) throw new RangeError(`Cannot train: at most ${MOST_ROWS} rows, got ${table.rows}`);
  const { labels, weights } = checkedRows(table, targets, extras, parameters);
  const baseScore =
    parameters.baseScore === 'fitted' ? bestConstant(parameters, labels, weights) : parameters.baseScore;
  const forest = new ForestBuilder();
  const empty = forest.finish(baseScore, table.columns, parameters.objective, levelOrNull(parameters));
  const margins = startMargins(empty, table.rows, extras.offsets);
  const session = openSession(table, binTable(table, parameters.maxBins), { labels, weights, margins }, parameters);
  const watch = extras.validation && openWatch(empty, extras.validation, parameters);
  for (let tree = 0; tree < parameters.trees; tree++) {
    addHistogramTree(session, forest, tree);
    const loss = watch ? watch.lossAfter(forest) : NaN;
    extras.onTree?.(tree + 1, loss);
    if (watch?.isOver()) break;
  }
  const model = forest.finish(baseScore, table.columns, parameters.objective, levelOrNull(parameters));
  return watch && parameters.earlyStoppingRounds > 0 ? firstTrees(model, watch.bestTrees()) : model;
}

function levelOrNull({ objective, quantileLevel }: HistogramParameters): number | null {
  return objective === 'quantile' ? quantileLevel : null;
}

function startMargins(empty: BoostedModel, rows: number, offsets: ArrayLike<number> | undefined): Float32Array {
  return offsets === undefined ? new Float32Array(rows).fill(startingMargin(empty)) : Float32Array.from(offsets);
}

/** The loss on the validation rows, tree by tree, and when to stop for it. */
function openWatch(
  empty: BoostedModel,
  validation: NonNullable<TrainingExtras['validation']>,
  parameters: HistogramParameters,
): { lossAfter: (forest: ForestBuilder) => number; isOver: () => boolean; bestTrees: () => number } {
  const { table } = validation;
  const { labels, weights } = checkedRows(table, validation.targets, validation, parameters);
  if (table.columns !== empty.features)
    throw new RangeError(`Cannot train: ${empty.features} features, but ${table.columns} in the validation rows`);
  const rows: LossRows = { labels, weights, margins: startMargins(empty, table.rows, validation.offsets) };
  let bestLoss = meanLoss(parameters, rows);
  let bestTrees = 0;
  let trees = 0;
  const lossAfter = (forest: ForestBuilder): number => {
    addTrees(forest.lastTree(table.columns), table, rows.margins);
    trees += 1;
    const loss = meanLoss(parameters, rows);
    if (loss < bestLoss) [bestLoss, bestTrees] = [loss, trees];
    return loss;
  };
  const { earlyStoppingRounds } = parameters;
  const isOver = (): boolean => earlyStoppingRounds > 0 && trees - bestTrees >= earlyStoppingRounds;
  return { lossAfter, isOver, bestTrees: () => bestTrees };
}

function checkedRows(
  table: FeatureTable,
  targets: ArrayLike<number>,
  { weights, offsets }: RowExtras,
  { objective }: HistogramParameters,
): { labels: Float32Array; weights: Float32Array | null } {
  const labels = checkedList(table, 'targets', targets, objective === 'poisson' ? 0 : -Infinity);
  if (offsets !== undefined) checkedList(table, 'offsets', offsets, -Infinity);
  return { labels, weights: weights === undefined ? null : checkedList(table, 'weights', weights, 0) };
}

function checkedList(table: FeatureTable, name: string, list: ArrayLike<number>, least: number): Float32Array {
  if (list.length !== table.rows)
    throw new RangeError(`Cannot train: ${table.rows} rows of features but ${list.length} ${name}`);
  const values = Float32Array.from(list);
  const bad = values.findIndex((value) => !Number.isFinite(value) || value < least);
  const rule = least === 0 ? 'finite and at least 0' : 'finite';
  if (bad >= 0) throw new RangeError(`Cannot train: ${name} must be ${rule}, got ${list[bad]!} at row ${bad}`);
  return values;
}
