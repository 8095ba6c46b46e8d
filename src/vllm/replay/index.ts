export * from './prompt-pool.js';
export * from './read-prompts.js';
export * from './replay-plan.js';
export type { ReplayRecords } from './replay-records.js';
export * from './report.js';
export * from './run-replay.js';
export * from './summarise-replay.js';
