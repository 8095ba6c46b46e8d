export { decide, planProblemOf } from './decide.js';
export * from './decision-record.js';
export { demandNow } from './demand-now.js';
export * from './reaction.js';
export type { DecideResult } from './round.js';
export * from './rules.js';
export * from './state.js';
export * from './types.js';
export { isBlind } from './unknown.js';
