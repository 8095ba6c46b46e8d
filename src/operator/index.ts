export { examineCluster, type ClusterQuestion } from './doctor/check-cluster.js';
export type { ClusterFinding } from './doctor/finding.js';
export * from './forecasting/index.js';
export * from './permissions.js';
export * from './reconcile-record.js';
export * from './resource.js';
export { startOperator, type Operator, type OperatorOptions } from './start-operator.js';
export * from './observability/index.js';
