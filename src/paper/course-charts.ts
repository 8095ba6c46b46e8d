import { mean } from '../base/index.js';
import { comparisonChart, linesChart, makeFigure, type Figure } from '../report/index.js';
import { rounded, type EngineRun } from './single-gpu.js';

/** Charts over time show means over so many minutes. */
const CHART_MINUTES = 10;

/** The paper's four measures of every course, as bars. */
export async function averagesFigure(runs: readonly EngineRun[]): Promise<Figure> {
  const measures = [
    { title: 'token latency, ms', values: runs.map((run) => rounded(1000 * run.tokenLatency)), better: 'lower' },
    {
      title: '90th percentile of token latency, ms',
      values: runs.map((run) => rounded(1000 * run.p90TokenLatency)),
      better: 'lower',
    },
    { title: 'throughput, tokens per second', values: runs.map((run) => Math.round(run.throughput)), better: 'higher' },
    { title: 'failed requests, %', values: runs.map((run) => rounded(100 * run.failureRate)), better: 'lower' },
  ] as const;
  const data = { title: 'Averages of the courses', names: runs.map(({ name }) => name), measures };
  return makeFigure(comparisonChart, data, 'Over the whole run.');
}

/** KV use and failures over time, a pair of charts for each parameter, with the constant run in each. */
export async function overTimeFigures(runs: readonly EngineRun[]): Promise<Figure[]> {
  const groups = [
    ['α moves', (name: string): boolean => name.startsWith('α') && !name.endsWith('same rate')],
    ['α moves at the same rate', (name: string): boolean => name.endsWith('same rate')],
    ['β moves', (name: string): boolean => name.startsWith('β')],
    ['λ moves', (name: string): boolean => name.startsWith('λ')],
  ] as const;
  const figures = groups.flatMap(([parameter, isOf]) => {
    const chosen = runs.filter(({ name }) => name === 'constant' || isOf(name));
    return [
      panel(`KV cache in use while ${parameter}`, '% of its blocks', chosen, ({ timeline }) =>
        byChartBins(timeline.roles.serve!.kvUse).map((share) => 100 * share),
      ),
      panel(`Failures while ${parameter}`, '% of requests', chosen, ({ timeline }) => {
        const arrived = byChartBins(timeline.arrived);
        return byChartBins(timeline.failed).map((failed, bin) => (100 * failed) / arrived[bin]!);
      }),
    ];
  });
  return Promise.all(figures);
}

function panel(
  title: string,
  measure: string,
  runs: readonly EngineRun[],
  of: (run: EngineRun) => number[],
): Promise<Figure> {
  const series = runs.map((run) => ({ name: run.name, values: of(run) }));
  const grid = { startEpochSeconds: null, timeZone: 'UTC', binSeconds: CHART_MINUTES * 60, fromSeconds: 0 };
  return makeFigure(
    linesChart,
    { title, grid, series, measure },
    `Means over ${CHART_MINUTES} minutes. Hours and minutes from the start.`,
  );
}

/** Means over the charts' bins of a series by minutes. */
function byChartBins(values: Float64Array): number[] {
  return Array.from({ length: Math.floor(values.length / CHART_MINUTES) }, (_, bin) =>
    mean(values.subarray(bin * CHART_MINUTES, (bin + 1) * CHART_MINUTES)),
  );
}
