import { htmlReport, linesChart, makeFigure, type Figure, type ReportTable } from '../../report/index.js';
import type { Timeline } from '../../serving/index.js';
import { formatCounts } from '../serving-options.js';
import { formatNumber } from '../output.js';
import type { SimulateDocument } from './document.js';

/** One HTML page: latencies, and how queue, batch, KV cache and attainment went. */
export async function simulationReport(
  document: SimulateDocument,
  timeline: Timeline,
  profile: string,
  startEpochSeconds: number | null,
  timeZone: string,
): Promise<string> {
  const { requests, finished, attainment, ttftSeconds, tpotSeconds, e2eSeconds, gpuSeconds } = document;
  const milliseconds = (value: number | null): number | null =>
    value === null ? null : Math.round(value * 10_000) / 10;
  const latencies: ReportTable = {
    header: ['ms', 'mean', 'p50', 'p90', 'p99'],
    rows: (
      [
        ['TTFT', ttftSeconds],
        ['TPOT', tpotSeconds],
        ['E2E', e2eSeconds],
      ] as const
    ).map(([name, { mean, p50, p90, p99 }]) => [name, ...[mean, p50, p90, p99].map(milliseconds)]),
  };
  return htmlReport({
    title: 'Simulation',
    subtitle: `${formatCounts(document.deployment)}, ${profile}`,
    highlights: [
      { label: 'SLO attainment', value: attainment === null ? '-' : `${formatNumber(attainment * 100, 1)} %` },
      { label: 'requests', value: formatNumber(requests, 0), note: `${formatNumber(finished, 0)} finished` },
      { label: 'GPU-hours', value: formatNumber(gpuSeconds / 3600, 2) },
    ],
    sections: [
      { heading: 'Latencies', text: document.beyondProfile, tables: [latencies] },
      { heading: 'Over time', figures: await timelineFigures(timeline, startEpochSeconds, timeZone) },
    ],
    footer: 'Simulated by foresail; step times from the latency profile.',
  });
}

/** Charts of queue, running requests, KV use and attainment. */
export async function timelineFigures(
  timeline: Timeline,
  startEpochSeconds: number | null,
  timeZone: string,
): Promise<Figure[]> {
  const { binSeconds, startSeconds: fromSeconds, roles, attainment } = timeline;
  const grid = { startEpochSeconds, timeZone, binSeconds, fromSeconds };
  const byRole = (column: 'queue' | 'running' | 'kvUse', scale = 1): { name: string; values: Float64Array }[] =>
    Object.entries(roles).map(([name, found]) => ({ name, values: found[column].map((value) => value * scale) }));
  const percent = attainment.map((value) => value * 100);
  return [
    await makeFigure(
      linesChart,
      { title: 'Waiting requests', grid, series: byRole('queue'), measure: 'requests' },
      'At the end of each bin, at the router and on instances.',
    ),
    await makeFigure(
      linesChart,
      { title: 'Running requests', grid, series: byRole('running'), measure: 'requests' },
      'In all running batches, at the end of each bin.',
    ),
    await makeFigure(
      linesChart,
      { title: 'KV cache in use', grid, series: byRole('kvUse', 100), measure: '%' },
      'Mean over the instances, at the end of each bin.',
    ),
    await makeFigure(
      linesChart,
      { title: 'SLO attainment', grid, series: [{ name: 'attainment', values: percent }], measure: '%' },
      'Share of the requests that arrived in each bin.',
    ),
  ];
}
