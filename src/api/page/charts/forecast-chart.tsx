import type { JSX } from 'preact';
import { useMemo, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import type { Answer } from '../../../../clients/typescript/src/index.js';
import { forecastFinding } from '../words/forecast.js';
import { moment, number, rate } from '../words/format.js';
import { Cursor } from './cursor.js';
import { Figure } from './figure.js';
import { axis, LinePlot } from './line-plot.js';
import { snapshotOfPlot } from './snapshot.js';
import type { Theme } from './theme.js';
import { tickText, timeTicks } from './time-axis.js';

type Forecast = Answer<'forecast'>;

/** At least so many hours of the past are shown. */
const PAST_HOURS = 24;

/** Known and expected load with its band, requests per second. */
export function ForecastChart({ answer }: { readonly answer: Forecast }): JSX.Element {
  const plot = useRef<uPlot>(null);
  const [index, setIndex] = useState<number | null>(null);
  const data = useMemo(() => linesOf(answer), [answer]);
  const finding = forecastFinding(answer);
  const at = data[0];
  return (
    <Figure
      name="load-and-forecast"
      finding={finding}
      legend={[
        { name: 'came', colour: '--blue' },
        { name: 'expected, with its band', colour: '--vermilion' },
      ]}
      snapshot={() => Promise.resolve(snapshotOfPlot(plot.current!))}
    >
      <Cursor
        {...{ index, onIndex: setIndex, count: at.length, label: finding.title }}
        text={(i) => `${moment(at[i]!, answer.startEpochSeconds)} · ${pointText(data, i)}`}
      >
        <LinePlot
          {...{ data, plot, index, onIndex: setIndex, height: 320 }}
          options={(theme) => optionsOf(answer, theme)}
        />
      </Cursor>
    </Figure>
  );
}

/** Columns: time; came; mean, median, P90, P99 of what is expected. */
function linesOf({ history, steps, binSeconds }: Forecast): uPlot.AlignedData {
  const past = history.slice(-Math.max(3 * steps.length, Math.ceil((PAST_HOURS * 3600) / binSeconds)));
  const none = past.map(() => null);
  const after = steps.map(() => null);
  const column = (level: (step: Forecast['steps'][number]) => number): (number | null)[] => [
    ...none,
    ...steps.map((step) => level(step) / binSeconds),
  ];
  return [
    [...past, ...steps].map(({ atSeconds }) => atSeconds),
    [...past.map(({ value }) => (value === null ? null : value / binSeconds)), ...after],
    ...[column(({ mean }) => mean), column(({ p50 }) => p50), column(({ p90 }) => p90), column(({ p99 }) => p99)],
  ];
}

function pointText(data: uPlot.AlignedData, i: number): string {
  const [came, mean, , p90, p99] = data.slice(1).map((column) => column[i] ?? null);
  if (came !== null && came !== undefined) return `${rate(came)} came`;
  if (mean === null || mean === undefined) return 'unknown';
  return `${rate(mean)} expected, P90 ${number(p90 ?? 0)}, P99 ${number(p99 ?? 0)}`;
}

function optionsOf({ startEpochSeconds }: Forecast, theme: Theme): Omit<uPlot.Options, 'width' | 'height' | 'cursor'> {
  const { colour } = theme;
  const hidden = { width: 0, points: { show: false } };
  return {
    scales: { x: { time: false }, y: { range: (_plot, _least, most) => [0, 1.06 * most] } },
    axes: [
      axis(theme, {
        ...{ size: 34, grid: { show: false } },
        splits: (plot, _axis, from, to) => timeTicks(from, to, plot.width / 80, startEpochSeconds),
        values: (_plot, ticks) => ticks.map((tick) => tickText(tick, startEpochSeconds)),
      }),
      axis(theme, { size: 52, label: 'requests per second', labelSize: 20 }),
    ],
    series: [
      {},
      { stroke: colour('--blue'), width: 1.5, points: { show: false } },
      { stroke: colour('--vermilion'), width: 2, points: { show: false } },
      ...[hidden, hidden, hidden],
    ],
    bands: [
      { series: [5, 4], fill: colour('--vermilion', 0.12) },
      { series: [4, 3], fill: colour('--vermilion', 0.28) },
    ],
  };
}
