export * from './clock.js';
export * from './emulator/index.js';
export * from './measure/index.js';
export * from './metric-names.js';
export * from './metrics/index.js';
export * from './replay/index.js';
export * from './tokens.js';
