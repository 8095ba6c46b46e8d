import { OPERATOR_METRIC } from './metric-names.js';

/** An alerting rule of Prometheus. */
interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: { readonly severity: 'critical' | 'warning' };
  readonly annotations: { readonly summary: string; readonly description: string };
}

const SCALER = '{{ $labels.namespace }}/{{ $labels.goodputscaler }}';
const name = (metric: keyof typeof OPERATOR_METRIC): string => OPERATOR_METRIC[metric].name;
const condition = (type: string): string => `${name('condition')}{type="${type}"}`;

function rule(
  alert: string,
  severity: 'critical' | 'warning',
  expr: string,
  minutes: number,
  summary: string,
  description: string,
): AlertRule {
  return { alert, expr, for: `${minutes}m`, labels: { severity }, annotations: { summary, description } };
}

const RULES: readonly AlertRule[] = [
  rule(
    ...(['ForesailNoLeader', 'critical', `absent(${name('leader')} == 1)`, 2] as const),
    'No operator may write',
    'No replica of the operator holds the lease, or none is scraped. Replicas stay as they are: nothing scales.',
  ),
  rule(
    ...(['ForesailMetricsStale', 'critical', `${name('metricsAge')} > 300`, 1] as const),
    `The metrics of ${SCALER} are missing`,
    'The newest sample is {{ $value | humanizeDuration }} old. The fleet is held, and goes to its fallback if it has one.',
  ),
  rule(
    ...(['ForesailNotReady', 'critical', `${condition('Ready')} == 0`, 5] as const),
    `${SCALER} is not ready`,
    'Its targets or metrics cannot be read, or its decisions cannot be written: see its conditions.',
  ),
  rule(
    ...(['ForesailRoundsFail', 'warning', `rate(${name('reconciles')}{outcome="error"}[10m]) > 0`, 10] as const),
    `Rounds of ${SCALER} fail`,
    'Rounds have failed for 10 minutes on end: see the log of the operator.',
  ),
  rule(
    ...(['ForesailConflicted', 'warning', `${condition('Conflicted')} == 1`, 5] as const),
    `Another scales the targets of ${SCALER}`,
    'A HorizontalPodAutoscaler, a ScaledObject, a second GoodputScaler or a hand changes the same replicas; Foresail waits.',
  ),
  rule(
    ...(['ForesailScalingLimited', 'warning', `${condition('ScalingLimited')} == 1`, 15] as const),
    `${SCALER} cannot have the size it should`,
    'Pods do not come up, or a rule (budget, maxReplicas, maxStep, behavior) holds the fleet back: see its conditions.',
  ),
  rule(
    ...(['ForesailReplicasMissing', 'warning', `${name('current')} - ${name('ready')} > 0`, 20] as const),
    `Replicas of ${SCALER} do not become ready`,
    '{{ $value }} replicas of pool {{ $labels.role }} have been asked for and are not ready.',
  ),
  rule(
    ...(['ForesailSloAtRisk', 'warning', `${name('predictedAttainment')} < ${name('sloAttainment')}`, 10] as const),
    `The plan of ${SCALER} misses its SLO`,
    'Only {{ $value | humanizePercentage }} of requests are expected within the SLO: raise its budget or limits.',
  ),
  rule(
    ...(['ForesailForecastPoor', 'warning', `${name('nmae')} > 0.5`, 60] as const),
    `Forecasts of ${SCALER} are poor`,
    'The mean absolute error of the last bins is {{ $value | humanizePercentage }} of the mean load.',
  ),
  rule(
    ...(['ForesailModelOld', 'warning', `${name('modelAge')} > 2 * ${name('retrainEvery')}`, 60] as const),
    `The forecaster of ${SCALER} is old`,
    'It was trained {{ $value | humanizeDuration }} ago, more than twice forecast.retrainEvery: trainings fail, or take too long.',
  ),
];

/** Alerting rules on the operator's metrics, as a rule file of Prometheus has them. */
export function alertRules(): { groups: { name: string; rules: readonly AlertRule[] }[] } {
  return { groups: [{ name: 'foresail', rules: RULES }] };
}
