import { treeCount, type BoostedModel, type Objective } from './model.js';

/** The two shapes of XGBoost's JSON: `1.7` is read by 1.x to 3.x (which knows no quantile loss before 2.0), `3.2` by 3.x. */
export type XgboostFormat = '1.7' | '3.2';

/** XGBoost's names of the objectives. */
export const XGBOOST_OBJECTIVES: Readonly<Record<Objective, string>> = {
  squared: 'reg:squarederror',
  absolute: 'reg:absoluteerror',
  quantile: 'reg:quantileerror',
  poisson: 'count:poisson',
};

/** What XGBoost writes as the root's parent. */
const NO_PARENT = 2147483647;

/**
 * A model as XGBoost's JSON, which XGBoost loads and predicts the same float32 numbers with.
 *
 * @throws RangeError when a threshold or leaf is not finite, or format 1.7 is asked to hold a quantile forest
 */
export function writeXgboost(
  model: BoostedModel,
  format: XgboostFormat = model.objective === 'quantile' ? '3.2' : '1.7',
): string {
  if (format === '1.7' && model.objective === 'quantile')
    throw new RangeError('Cannot write for XGBoost 1.7: it knows no quantile loss, write for 3.2');
  const isOld = format === '1.7';
  const trees = Array.from({ length: treeCount(model) }, (_, tree) => treeText(model, tree, isOld));
  const counts = `"num_parallel_tree":"1","num_trees":"${trees.length}"`;
  const forest = isOld
    ? `"gbtree_model_param":{${counts},"size_leaf_vector":"0"}`
    : `"cats":{"enc":[],"feature_segments":[],"sorted_idx":[]},"gbtree_model_param":{${counts}},` +
      `"iteration_indptr":[${Array.from({ length: trees.length + 1 }, (_, i) => i).join(',')}]`;
  const baseScore = isOld ? number(model.baseScore) : `[${number(model.baseScore)}]`;
  return (
    `{"learner":{"attributes":{},"feature_names":[],"feature_types":[],"gradient_booster":{"model":{${forest},` +
    `"tree_info":[${trees.map(() => 0).join(',')}],"trees":[${trees.join(',')}]},"name":"gbtree"},` +
    `"learner_model_param":{"base_score":"${baseScore}","boost_from_average":"1","num_class":"0",` +
    `"num_feature":"${model.features}","num_target":"1"},"objective":{${objectiveText(model)}}},` +
    `"version":[${isOld ? '1,7,4' : '3,2,0'}]}`
  );
}

function objectiveText({ objective, quantileLevel }: BoostedModel): string {
  const parameters = {
    squared: ',"reg_loss_param":{"scale_pos_weight":"1"}',
    absolute: '',
    quantile: `,"quantile_loss_param":{"quantile_alpha":"[${number(quantileLevel ?? 0.5)}]"}`,
    poisson: ',"poisson_regression_param":{"max_delta_step":"0.699999988"}',
  };
  return `"name":"${XGBOOST_OBJECTIVES[objective]}"${parameters[objective]}`;
}

function treeText(model: BoostedModel, tree: number, isOld: boolean): string {
  const begin = model.treeStart[tree]!;
  const nodes = Array.from({ length: model.treeStart[tree + 1]! - begin }, (_, node) => begin + node);
  const isLeaf = (node: number): boolean => model.feature[node]! < 0;
  const list = (of: (node: number) => string | number): string => `[${nodes.map(of).join(',')}]`;
  const parents = new Map(
    nodes
      .filter((node) => !isLeaf(node))
      .flatMap((node) => [[model.left[node]!, node] as const, [model.right[node]!, node] as const]),
  );
  const none = list(() => 0);
  return (
    `{"base_weights":${list((node) => number(model.value[node]!))},` +
    `"categories":[],"categories_nodes":[],"categories_segments":[],"categories_sizes":[],` +
    `"default_left":${list((node) => (isLeaf(node) ? 0 : model.missingLeft[node]!))},"id":${tree},` +
    `"left_children":${list((node) => (isLeaf(node) ? -1 : model.left[node]! - begin))},` +
    `"loss_changes":${list((node) => number(model.gain[node]!))},` +
    `"parents":${list((node) => (parents.has(node) ? parents.get(node)! - begin : NO_PARENT))},` +
    `"right_children":${list((node) => (isLeaf(node) ? -1 : model.right[node]! - begin))},` +
    `"split_conditions":${list((node) => number(isLeaf(node) ? model.value[node]! : model.threshold[node]!))},` +
    `"split_indices":${list((node) => Math.max(0, model.feature[node]!))},"split_type":${none},` +
    `"sum_hessian":${list((node) => number(model.cover[node]!))},"tree_param":{"num_deleted":"0",` +
    `"num_feature":"${model.features}","num_nodes":"${nodes.length}","size_leaf_vector":"${isOld ? 0 : 1}"}}`
  );
}

/** Nine digits name a float32; XGBoost takes no more of them, and wants an exponent to see a float. */
function number(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`Cannot write for XGBoost: numbers must be finite, got ${value}`);
  return value.toExponential(8).replace('e+', 'E').replace('e', 'E');
}
