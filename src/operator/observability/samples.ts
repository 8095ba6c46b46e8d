import { formatDuration } from '../../base/index.js';
import type { ReconcileRecord } from '../reconcile-record.js';
import type { OPERATOR_METRIC } from './metric-names.js';

type Name = keyof typeof OPERATOR_METRIC;

/** Labels of a sample beside those that every metric about a GoodputScaler has. */
export type Labels = Readonly<Record<string, string>>;

/** One value of a gauge, or one step of a counter. */
export interface Sample {
  readonly metric: Name;
  readonly value: number;
  readonly labels: Labels;
}

/**
 * What the gauges say of the last round of a GoodputScaler; what is unknown is left out.
 *
 * @param now Unix seconds: ages are as of then
 */
export function gaugeSamples(round: ReconcileRecord, now: number): Sample[] {
  const { model, mode, accuracy, plan, newestSampleAt } = round;
  const trainedAt = round.forecasts.map((forecast) => forecast.trainedAt).find((at) => at !== null) ?? null;
  return known([
    ['info', model === null ? null : 1, { model: model ?? '', mode: mode ?? '' }],
    ...poolSamples(round),
    ...round.forecasts.flatMap(({ target, points }) =>
      points.flatMap(({ horizonSeconds, p50, p90 }): Draft[] => {
        const labels = { target, horizon: formatDuration(horizonSeconds) };
        return [
          ['forecast', p50, { ...labels, level: '0.5' }],
          ['forecast', p90, { ...labels, level: '0.9' }],
        ];
      }),
    ),
    ['predictedAttainment', plan?.predictedAttainment ?? null],
    ['sloAttainment', round.sloAttainment],
    ['retrainEvery', round.retrainEverySeconds],
    ['nmae', accuracy?.nmae ?? null],
    ['nmse', accuracy?.nmse ?? null],
    ['bias', accuracy?.bias ?? null],
    ['coverage', accuracy?.coverage ?? null],
    ['modelAge', trainedAt === null ? null : now - trainedAt],
    ['metricsAge', newestSampleAt === null ? null : now - newestSampleAt],
    ...round.conditions.map(({ type, status }): Draft => [
      'condition',
      status === 'Unknown' ? null : Number(status === 'True'),
      { type },
    ]),
  ]);
}

/** What a round adds to the counters. */
export function counterSamples({ decision, limits, writes, error }: ReconcileRecord): Sample[] {
  return known([
    ['reconciles', 1, { outcome: error === null ? 'done' : 'error' }],
    ['decisions', decision && 1, { kind: decision?.kind ?? '', reason: decision?.reason ?? '' }],
    ...limits.map((limit): Draft => ['limits', 1, { limit }]),
    ...writes.map(({ role, from, to }): Draft => ['scalings', 1, { role, direction: to > from ? 'up' : 'down' }]),
  ]);
}

type Draft = readonly [metric: Name, value: number | null, labels?: Labels];

function poolSamples({ pools, mode }: ReconcileRecord): Draft[] {
  return pools.flatMap(({ role, current, ready, desired }): Draft[] => [
    ['desired', desired, { role }],
    ['recommended', mode === 'Shadow' ? null : desired, { role }],
    ['current', current, { role }],
    ['ready', ready, { role }],
  ]);
}

function known(drafts: readonly Draft[]): Sample[] {
  return drafts.flatMap(([metric, value, labels = {}]) =>
    value === null || Number.isNaN(value) ? [] : [{ metric, value, labels }],
  );
}
