export * from './burstgpt-model.js';
export * from './fit-model.js';
export * from './generate-trace.js';
export * from './maf-model.js';
export * from './model.js';
export * from './model-file.js';
export type { WindowPlan } from './plan-windows.js';
export * from './sequences.js';
