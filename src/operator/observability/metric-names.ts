/** A metric of the operator itself. */
export interface OperatorMetric {
  readonly name: string;
  readonly type: 'gauge' | 'counter' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
}

/** Every metric about one GoodputScaler has these labels first; the pods of Kubernetes' own have `namespace` too. */
export const SCALER_LABELS = ['namespace', 'goodputscaler'] as const;

/** The metrics of the operator, by what they say: the one list that its registry, the dashboard, the alerts and the documentation read. */
export const OPERATOR_METRIC = {
  info: metric('gauge', 'foresail_goodputscaler_info', 'Always 1: served model and mode', 'model', 'mode'),
  desired: metric('gauge', 'foresail_desired_replicas', 'Replicas that the last decision wants', 'role'),
  recommended: metric(
    'gauge',
    'foresail_recommended_replicas',
    'Replicas for another scaler to follow; not there in mode Shadow',
    'role',
  ),
  current: metric('gauge', 'foresail_current_replicas', 'Replicas that the target asks for', 'role'),
  ready: metric('gauge', 'foresail_ready_replicas', 'Replicas that answer requests', 'role'),
  forecast: metric(
    'gauge',
    'foresail_forecast_per_second',
    'Forecast rate that far after the last known bin; level 0.5 or 0.9. Tokens are requests times their mean lengths',
    ...['target', 'horizon', 'level'],
  ),
  predictedAttainment: metric(
    'gauge',
    'foresail_predicted_attainment',
    'Share of requests within the SLO, as the plan foresees',
  ),
  sloAttainment: metric('gauge', 'foresail_slo_attainment_target', 'Share of requests that the SLO asks for'),
  nmae: metric('gauge', 'foresail_forecast_nmae', 'Live mean absolute error of forecasts / mean load'),
  nmse: metric('gauge', 'foresail_forecast_nmse', 'Live mean squared error of forecasts / variance of the load'),
  bias: metric('gauge', 'foresail_forecast_bias', 'Live mean error of forecasts / mean load'),
  coverage: metric('gauge', 'foresail_forecast_coverage', 'Share of bins at or below the level that is planned for'),
  modelAge: metric('gauge', 'foresail_model_age_seconds', 'Time since the forecaster was trained'),
  retrainEvery: metric(
    'gauge',
    'foresail_retrain_interval_seconds',
    'Time from one training to the next, as asked for',
  ),
  metricsAge: metric('gauge', 'foresail_metrics_age_seconds', 'Age of the newest sample of the service'),
  condition: metric('gauge', 'foresail_condition', 'Conditions: 1 True, 0 False, absent while unknown', 'type'),
  decisions: metric('counter', 'foresail_decisions_total', 'Decisions', 'kind', 'reason'),
  limits: metric('counter', 'foresail_limits_total', 'Rounds in which a rule kept the fleet from its size', 'limit'),
  scalings: metric('counter', 'foresail_scalings_total', 'Writes of a scale', 'role', 'direction'),
  reconciles: metric('counter', 'foresail_reconciles_total', 'Rounds by how they ended', 'outcome'),
  reconcileTime: metric('histogram', 'foresail_reconcile_seconds', 'Time that a round took'),
  leader: processMetric('gauge', 'foresail_leader', '1 where this process may write'),
  resident: processMetric('gauge', 'process_resident_memory_bytes', 'Memory of the process'),
  cpu: processMetric('counter', 'process_cpu_seconds_total', 'CPU time of the process'),
} as const satisfies Record<string, OperatorMetric>;

function metric(type: OperatorMetric['type'], name: string, help: string, ...labels: string[]): OperatorMetric {
  return { type, name, help, labels: [...SCALER_LABELS, ...labels] };
}

function processMetric(type: OperatorMetric['type'], name: string, help: string): OperatorMetric {
  return { type, name, help, labels: [] };
}
