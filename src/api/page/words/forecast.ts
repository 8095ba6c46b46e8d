import type { Answer } from '../../../../clients/typescript/src/index.js';
import { clock, day, moment, number, rate, span } from './format.js';
import type { Finding, Tile } from './table.js';

type Forecast = Answer<'forecast'>;
type Step = Forecast['steps'][number];

function peakOf(steps: readonly Step[], level: (step: Step) => number): Step {
  return steps.reduce((top, step) => (level(step) > level(top) ? step : top), steps[0]!);
}

/** The answer in one line. */
export function forecastHeadline({ steps, binSeconds, startEpochSeconds }: Forecast): string {
  const peak = peakOf(steps, ({ mean }) => mean);
  const top = rate(peak.mean / binSeconds);
  return `Up to ${top} expected, at ${clock(peak.atSeconds, startEpochSeconds)} of ${day(peak.atSeconds, startEpochSeconds)}`;
}

/** How it was made. */
export function forecastReason({ model, steps, binSeconds, originSeconds, startEpochSeconds }: Forecast): string {
  return (
    `The forecaster ${model} has read what came until ${moment(originSeconds, startEpochSeconds)}, ` +
    `and looks ${steps.length} steps of ${span(binSeconds)} ahead.`
  );
}

/** The numbers beside it. */
export function forecastTiles({ steps, binSeconds, history }: Forecast): Tile[] {
  const total = steps.reduce((sum, { mean }) => sum + mean, 0);
  const before = history.slice(-steps.length).reduce((sum, { value }) => sum + (value ?? 0), 0);
  const peak = peakOf(steps, ({ p90 }) => p90);
  return [
    {
      label: 'Requests to come',
      value: number(Math.round(total)),
      note: `over ${span(steps.length * binSeconds)}; as long before brought ${number(Math.round(before))}`,
    },
    {
      label: 'Peak to be ready for',
      value: rate(peak.p90 / binSeconds),
      note: 'nine times out of ten a step stays below',
    },
    {
      label: 'Once in a hundred',
      value: rate(peakOf(steps, ({ p99 }) => p99).p99 / binSeconds),
      note: 'the highest P99 of a step',
    },
  ];
}

/** The load with its band. */
export function forecastFinding({ steps, history, binSeconds, startEpochSeconds }: Forecast): Finding {
  const known = history.flatMap(({ value }) => value ?? []).slice(-steps.length);
  const before = known.reduce((sum, value) => sum + value, 0) / Math.max(1, known.length);
  const after = steps.reduce((sum, { mean }) => sum + mean, 0) / steps.length;
  const change = before === 0 ? 0 : after / before - 1;
  const words =
    Math.abs(change) < 0.05
      ? 'stays about as it was'
      : `${change > 0 ? 'rises' : 'falls'} by ${number(Math.abs(change) * 100)} %`;
  return {
    title: `The load ${words} against the ${span(steps.length * binSeconds)} before`,
    sentence:
      'Requests per second: what came, and what is expected. The darker band reaches from the median to P90, the lighter one to P99.',
    table: {
      columns: ['time', 'known_requests_per_second', 'mean', 'p50', 'p80', 'p90', 'p95', 'p99'],
      rows: [
        ...history.map(({ atSeconds, value }) => [
          ...[moment(atSeconds, startEpochSeconds), value === null ? null : value / binSeconds],
          ...Array<null>(6).fill(null),
        ]),
        ...steps.map(({ atSeconds, mean, p50, p80, p90, p95, p99 }) => [
          ...[moment(atSeconds, startEpochSeconds), null],
          ...[mean, p50, p80, p90, p95, p99].map((value) => value / binSeconds),
        ]),
      ],
    },
  };
}
