export { makePlan, type PlanAnswer, type PlanQuestion } from './answers/make-plan.js';
export { openApiDocument } from './openapi.js';
export type { LiveOptions } from './live/live-service.js';
export { parseTokens } from './http/tokens.js';
export { QUESTIONS } from './questions.js';
export * from './schemas/index.js';
export type { RunningService, StartOptions } from './start-service.js';

/** Starts the what-if service; express and its like are loaded only here. */
export const startService: typeof import('./start-service.js').startService = async (options) =>
  (await import('./start-service.js')).startService(options);
