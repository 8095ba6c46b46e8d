export * from './adopt-series.js';
export * from './continue-series.js';
export * from './data-folder.js';
export type { ManifestScore, ModelManifest, TrainingSpan } from './manifest.js';
export * from './model-folder.js';
export * from './train-model.js';
