export { burstGptCsv } from './burstgpt.js';
export type { WrittenRow } from './row.js';
export * from './write-trace.js';
