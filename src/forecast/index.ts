export * from './backtest.js';
export * from './bootstrap.js';
export * from './champion.js';
export * from './forecaster.js';
export * from './measures.js';
export { featuresOf, FORECASTER_NAMES, makeForecaster } from './registry.js';
export * from './scoreboard/index.js';
export * from './store/index.js';
export { binsWithoutSeason } from './models/seasonal.js';
