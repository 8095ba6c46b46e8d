export { openBackend, type Backend, type BackendAttempt } from './backend.js';
export * from './dense-net.js';
export type { Examples } from './examples.js';
export type { Loss } from './loss.js';
export { trainDense, type DenseTraining } from './train-dense.js';
