export * from './decide.js';
export { demandNow } from './demand-now.js';
export * from './reaction.js';
export * from './rules.js';
export * from './state.js';
export * from './types.js';
