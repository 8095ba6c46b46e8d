export * from './permissions.js';
export * from './resource.js';
