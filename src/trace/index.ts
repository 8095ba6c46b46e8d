export * from './readers/index.js';
export * from './select.js';
export * from './slice.js';
export * from './trace.js';
