export * from './deployment.js';
export * from './ratio.js';
export * from './slo.js';
