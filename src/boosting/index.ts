export * from './feature-table.js';
export { HISTOGRAM_DEFAULTS, type HistogramParameters } from './histogram-parameters.js';
export { firstTrees, treeCount, type BoostedModel, type Objective } from './model.js';
export * from './parameters.js';
export { predict, predictAt, predictMargins } from './predict.js';
export { trainExact } from './train-exact.js';
export { trainHistogram, type TrainingExtras } from './train-histogram.js';
export { readXgboost } from './xgboost-read.js';
export { writeXgboost, type XgboostFormat } from './xgboost-write.js';
