import { InputError } from '../base/index.js';
import type { BoostedModel, Objective } from './model.js';
import { readTree, type XgboostTree } from './xgboost-tree.js';
import { XGBOOST_OBJECTIVES } from './xgboost-write.js';

type Json = Record<string, unknown>;

/**
 * Reads a model that XGBoost saved as JSON (`save_model('model.json')`), from 1.x with numbers in strings to 3.x with lists.
 *
 * @param text the file's text
 * @param name of the file, for errors
 * @throws InputError when it is no JSON, or no forest of numeric splits with one output and one of the four objectives
 */
export function readXgboost(text: string, name = 'model'): BoostedModel {
  const learner = objectAt(parsed(text, name), 'learner', name);
  const booster = objectAt(learner, 'gradient_booster', name);
  if (booster.name !== 'gbtree') refuse(name, 'learner.gradient_booster.name', 'gbtree', booster.name);
  const parameters = objectAt(learner, 'learner_model_param', name);
  const features = numberOf(parameters.num_feature, name, 'num_feature');
  for (const field of ['num_class', 'num_target'])
    if (numberOf(parameters[field] ?? 1, name, field) > 1) refuse(name, field, 'at most 1', parameters[field]);
  const { objective, quantileLevel } = readObjective(objectAt(learner, 'objective', name), name);
  const baseScore = numberOf(parameters.base_score, name, 'base_score');
  if (objective === 'poisson' && baseScore <= 0) refuse(name, 'base_score', 'above 0', baseScore);
  const { trees } = objectAt(booster, 'model', name);
  if (!Array.isArray(trees)) refuse(name, 'trees', 'a list', trees);
  const read = (trees as unknown[]).map((tree, i) => readTree(tree, features, `${name}: tree ${i}`));
  return { objective, quantileLevel, baseScore: Math.fround(baseScore), features, ...joinTrees(read) };
}

function parsed(text: string, name: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw new InputError(`${name}: must be JSON as XGBoost writes it, got ${JSON.stringify(text.slice(0, 20))}`, {
      cause,
    });
  }
}

function objectAt(holder: unknown, field: string, name: string): Json {
  const found = typeof holder === 'object' && holder !== null ? (holder as Json)[field] : undefined;
  if (typeof found !== 'object' || found === null) return refuse(name, field, 'an object', found);
  return found as Json;
}

/** A number as it is, as text ("5E-1"), or as a list of one in text ("[5E-1]"). */
function numberOf(found: unknown, name: string, field: string): number {
  const text = typeof found === 'string' ? /^\[?([^[\],]+)\]?$/.exec(found)?.[1] : undefined;
  const value = typeof found === 'number' ? found : text === undefined ? NaN : Number(text);
  return Number.isFinite(value) ? value : refuse(name, field, 'one finite number', found);
}

function readObjective(objective: Json, name: string): { objective: Objective; quantileLevel: number | null } {
  const known = (Object.entries(XGBOOST_OBJECTIVES) as [Objective, string][]).find(
    ([, theirs]) => theirs === objective.name,
  );
  if (known === undefined)
    return refuse(
      name,
      'learner.objective.name',
      `one of ${Object.values(XGBOOST_OBJECTIVES).join(', ')}`,
      objective.name,
    );
  if (known[0] !== 'quantile') return { objective: known[0], quantileLevel: null };
  const { quantile_alpha: level } = objectAt(objective, 'quantile_loss_param', name);
  return { objective: 'quantile', quantileLevel: numberOf(level, name, 'quantile_alpha') };
}

function joinTrees(
  trees: readonly XgboostTree[],
): Omit<BoostedModel, 'objective' | 'quantileLevel' | 'baseScore' | 'features'> {
  const treeStart = new Int32Array(trees.length + 1);
  trees.forEach((tree, i) => {
    treeStart[i + 1] = treeStart[i]! + tree.feature.length;
  });
  const all = (of: (tree: XgboostTree) => number[]): number[] => trees.flatMap(of);
  const children = (of: (tree: XgboostTree) => number[]): Int32Array =>
    Int32Array.from(trees.flatMap((tree, i) => of(tree).map((child) => (child < 0 ? -1 : child + treeStart[i]!))));
  return {
    treeStart,
    feature: Int32Array.from(all((tree) => tree.feature)),
    threshold: Float32Array.from(all((tree) => tree.threshold)),
    left: children((tree) => tree.left),
    right: children((tree) => tree.right),
    missingLeft: Uint8Array.from(all((tree) => tree.missingLeft)),
    value: Float32Array.from(all((tree) => tree.value)),
    gain: Float32Array.from(all((tree) => tree.gain)),
    cover: Float32Array.from(all((tree) => tree.cover)),
  };
}

function refuse(name: string, field: string, rule: string, found: unknown): never {
  throw new InputError(
    `${name}: ${field} must be ${rule}, got ${found === undefined ? 'nothing' : JSON.stringify(found)}`,
  );
}
