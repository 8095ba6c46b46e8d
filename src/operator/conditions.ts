import { isWriting } from '../control/index.js';
import { bindingText } from '../plan/index.js';
import type { Acted } from './act.js';
import type { Round } from './decide.js';
import type { ConditionType } from './resource.js';

/** What a round found of one condition; when it last changed is added where the status is made. */
export interface Finding {
  readonly type: ConditionType;
  readonly status: 'True' | 'False' | 'Unknown';
  /** One word, for programs. */
  readonly reason: string;
  readonly message: string;
}

/** Pod troubles as they are said. */
const TROUBLE_TEXT = {
  Unschedulable: 'cannot be scheduled',
  CrashLoop: 'crash again and again',
  ImageMissing: 'cannot get their image',
  ContainerError: 'cannot start a container',
} as const;

/** Limits that keep a fleet from the size it should have; the ratio has a condition of its own, and to wait before scaling down is no limit. */
const LIMIT_TEXT = {
  budget: { reason: 'Budget', message: bindingText('budget') },
  'max-replicas': { reason: 'MaxReplicas', message: bindingText('max-replicas') },
  'max-step': { reason: 'MaxStep', message: 'maxStep' },
  'scale-up-pace': { reason: 'Pace', message: 'behavior.scaleUp' },
  'scale-down-pace': { reason: 'Pace', message: 'behavior.scaleDown' },
} as const;

/**
 * Every condition of a GoodputScaler after a round.
 *
 * | condition | True when |
 * |---|---|
 * | Ready | targets and metrics could be read, and what was to be written was |
 * | MetricsAvailable | the metrics could be read |
 * | ForecastHealthy | a trained model forecasts, and there is a table to plan with |
 * | ScalingActive | decisions are written |
 * | ScalingLimited | pods cannot be created or do not come up, a roll-out goes on, or a rule keeps the plan from being better |
 * | RatioConstrained | the allowed prefill:decode ratio does |
 * | Conflicted | another scaler or hand is at the same targets; Unknown where other scalers may not be read |
 */
export function findingsOf(round: Round, acted: Acted): Finding[] {
  return [
    readyOf(round, acted),
    metricsOf(round),
    forecastOf(round),
    activeOf(round, acted),
    limitedOf(round),
    ratioOf(round),
    conflictedOf(round),
  ];
}

function finding(type: ConditionType, holds: boolean, reason: string, message: string): Finding {
  return { type, status: holds ? 'True' : 'False', reason, message };
}

function readyOf({ collected }: Round, { error }: Acted): Finding {
  const { targetTrouble, service } = collected;
  if (targetTrouble !== null) return finding('Ready', false, targetTrouble.reason, targetTrouble.message);
  if (error !== null) return finding('Ready', false, writeReason(error), error.message);
  const trouble = service.troubles.find(({ part }) => part !== 'forecast');
  const goesOn = trouble?.part === 'profile' && service.reactiveBecause === null ? '; the last known one is used' : '';
  if (trouble) return finding('Ready', false, trouble.reason, `${trouble.message}${goesOn}`);
  return finding('Ready', true, 'Reconciled', 'targets and metrics are read, and decisions are taken');
}

function metricsOf({ collected: { service, at } }: Round): Finding {
  const trouble = service.troubles.find(({ part }) => part === 'metrics');
  if (trouble || service.readings === null)
    return finding('MetricsAvailable', false, trouble?.reason ?? 'NoMetrics', trouble?.message ?? 'nothing was read');
  const age = service.newestSampleAt === null ? 0 : Math.max(0, at - service.newestSampleAt);
  return finding('MetricsAvailable', true, 'Read', `the newest sample is ${Math.round(age)} s old`);
}

function forecastOf({ collected: { service } }: Round): Finding {
  const { forecast, reactiveBecause, troubles } = service;
  const trouble = reactiveBecause ?? troubles.find(({ part }) => part === 'forecast');
  if (trouble) return finding('ForecastHealthy', false, trouble.reason, trouble.message);
  if (forecast === null) return finding('ForecastHealthy', false, 'NoForecast', 'no bin of load was observed yet');
  return finding('ForecastHealthy', !forecast.isCold, forecast.isCold ? 'ColdStart' : 'Trained', forecast.reason);
}

function activeOf({ hindrance }: Round, { error }: Acted): Finding {
  if (hindrance !== null) return finding('ScalingActive', false, hindrance.reason, hindrance.message);
  if (error !== null) return finding('ScalingActive', false, writeReason(error), error.message);
  return finding('ScalingActive', true, 'Scaling', 'decisions are written to the targets');
}

function writeReason(error: Error): string {
  const { reason = '', status = 0 } = error as Partial<{ reason: string; status: number }>;
  if (status === 403) return 'Forbidden';
  return reason === '' ? 'WriteFailed' : reason;
}

function limitedOf({ collected, result }: Round): Finding {
  for (const { target, pods, trouble } of collected.pools) {
    const stuck = pods.filter(({ trouble }) => trouble !== null);
    const [first] = stuck;
    if (first?.trouble) {
      const says = first.message === '' ? '' : `: ${first.message}`;
      const text = `${target}: ${stuck.length} pods ${TROUBLE_TEXT[first.trouble]}${says}`;
      return finding('ScalingLimited', true, first.trouble, text);
    }
    if (trouble !== null) return finding('ScalingLimited', true, trouble.reason, `${target}: ${trouble.message}`);
  }
  const limits = result.limits.filter((limit) => limit in LIMIT_TEXT) as (keyof typeof LIMIT_TEXT)[];
  const [strongest] = limits;
  if (strongest === undefined)
    return finding('ScalingLimited', false, 'Unlimited', 'nothing keeps the fleet from the size it should have');
  const text = limits.map((limit) => LIMIT_TEXT[limit].message).join(' and ');
  return finding('ScalingLimited', true, LIMIT_TEXT[strongest].reason, `by ${text}`);
}

function ratioOf({ result }: Round): Finding {
  const isBound = result.limits.includes('ratio');
  const message = isBound ? `the plan is limited by ${bindingText('ratio')}` : 'the ratio does not limit the plan';
  return finding('RatioConstrained', isBound, isBound ? 'Ratio' : 'Unlimited', message);
}

function conflictedOf({ collected, hindrance }: Round): Finding {
  const rivals = `${collected.rivals.join(' and ')} scales the same target`;
  if (collected.rivals.length > 0 && isWriting(collected.scaler.spec.mode))
    return finding('Conflicted', true, 'AnotherScaler', rivals);
  if (collected.rivals.length > 0) return finding('Conflicted', false, 'LeftToAnother', rivals);
  if (hindrance?.reason === 'OutsideChanges') return finding('Conflicted', true, 'OutsideChanges', hindrance.message);
  if (collected.unseen.length === 0) return finding('Conflicted', false, 'Alone', 'no other scaler was found');
  const message = `${collected.unseen.join(' and ')} may not be read: one of them may scale the same target`;
  return { type: 'Conflicted', status: 'Unknown', reason: 'RivalsUnreadable', message };
}
