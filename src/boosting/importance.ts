import type { BoostedModel } from './model.js';

/** How much each feature did in training; one entry a feature. */
export interface FeatureImportance {
  /** Splits that ask for the feature. */
  readonly count: Int32Array;
  /** Loss reduction of those splits, summed. */
  readonly gain: Float64Array;
}

/** Counts splits and sums gains by feature: XGBoost's importance types `weight` and `total_gain`. */
export function featureImportance(model: BoostedModel): FeatureImportance {
  const count = new Int32Array(model.features);
  const gain = new Float64Array(model.features);
  model.feature.forEach((feature, node) => {
    if (feature < 0) return;
    count[feature]! += 1;
    gain[feature]! += model.gain[node]!;
  });
  return { count, gain };
}
