export * from './http-server.js';
export { OPERATOR_METRIC, type OperatorMetric } from './metric-names.js';
export * from './operator-metrics.js';
export { alertRules } from './alerts.js';
export { dashboard } from './dashboard.js';
