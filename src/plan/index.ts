export * from './attainment-table.js';
export * from './beam-search.js';
export * from './demand.js';
export * from './fleet-state.js';
export * from './limits.js';
export * from './measure-attainment.js';
export type { PlanProblem } from './plan-problem.js';
export * from './simulate-plan.js';
