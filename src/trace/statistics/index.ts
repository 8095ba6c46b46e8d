export { burstinessWindows, isInWholeSeconds, type BurstinessWindow } from './burstiness-windows.js';
export { fitGamma, type GammaFit, type GammaLaw } from './gamma-fit.js';
export type { LengthsOfGroup, LengthStatistics, ResponseBin } from './lengths.js';
export type { QualityStatistics } from './quality.js';
export { autocorrelation, type RateStatistics } from './rates.js';
export type { SessionStatistics } from './sessions.js';
export * from './trace-statistics.js';
export { fitZipf } from './zipf-fit.js';
