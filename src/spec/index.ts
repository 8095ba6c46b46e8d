export * from './deployment.js';
export * from './slo.js';
