export * from './burstgpt-model.js';
export * from './generate-trace.js';
export * from './model.js';
