export * from './feature-names.js';
export * from './write-features.js';
