export * from './feature-table.js';
export * from './model.js';
export * from './parameters.js';
export { trainExact } from './train-exact.js';
