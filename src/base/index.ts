export * from './calendar.js';
export * from './distributions.js';
export * from './errors.js';
export * from './package-root.js';
export * from './random.js';
export * from './statistics.js';
export * from './worker-pool.js';
