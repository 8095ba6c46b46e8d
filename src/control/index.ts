export * from './decide.js';
export * from './reaction.js';
export * from './state.js';
export * from './types.js';
