export * from './forecaster.js';
