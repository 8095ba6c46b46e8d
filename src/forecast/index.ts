export * from './backtest.js';
export * from './forecaster.js';
export * from './measures.js';
export { FORECASTER_NAMES, makeForecaster } from './registry.js';
