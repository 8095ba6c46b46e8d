import { trainHistogram } from './train-histogram.js';
import type { TrainingTask } from './trainers.js';
import type { BoostedModel } from './model.js';

/** Trains one forest on a worker thread. */
export default function train({ table, targets, parameters, extras }: TrainingTask): BoostedModel {
  return trainHistogram(table, targets, parameters, extras);
}
