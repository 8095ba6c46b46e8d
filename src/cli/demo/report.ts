import { formatDuration } from '../../base/index.js';
import { formatCounts } from '../../plan/index.js';
import {
  comparisonChart,
  contestChart,
  forecastChart,
  goodputChart,
  htmlReport,
  loadChart,
  makeFigure,
  planChart,
  standaloneSvg,
  weekHeatMap,
  type ContestChartData,
  type Report,
  type ReportSection,
  type TimeGrid,
} from '../../report/index.js';
import { formatCount, formatNumber } from '../output.js';
import { backtestTable, replayTable, sloText, spanOf, spanText } from './print.js';
import type { ReplayResult } from '../../contest/index.js';
import type { CapacityStage } from './capacity-stage.js';
import type { ForecastStage } from './forecast-stage.js';
import type { PlanStage } from './plan-stage.js';
import type { Scenario } from './scenario-stage.js';
import { DEMO, type DemoSettings } from './settings.js';

/** All that the demo found. */
export interface DemoResult {
  readonly settings: DemoSettings;
  readonly traceName: string;
  readonly forecast: ForecastStage;
  readonly capacity: CapacityStage;
  readonly scenario: Scenario;
  readonly planned: PlanStage;
  /** Static splits, HPA-like, Foresail. */
  readonly results: readonly ReplayResult[];
}

/** The demo as one self-contained page. */
export async function demoReport(result: DemoResult): Promise<string> {
  const { settings, traceName, results, scenario } = result;
  const [rigid, ours] = [results[0], results.at(-1)];
  const report: Report = {
    title: 'From a trace to a scaling decision',
    subtitle: `${traceName}: ${spanText(settings.trace)} of requests, load-scaled ${formatNumber(scenario.factor, 1)} times onto ${settings.gpus} GPUs of ${settings.profile.name}; ${sloText(settings.slo)}.`,
    highlights: [
      { label: 'Requests replayed', value: formatCount(ours!.requests), note: 'under each policy, the same arrivals' },
      {
        label: 'Goodput per GPU',
        value: formatNumber(ours!.goodputPerGpu, 2),
        note: `static: ${formatNumber(rigid!.goodputPerGpu, 2)} requests/s`,
      },
      {
        label: 'GPU-hours',
        value: formatNumber(ours!.gpuHours, 1),
        note: `static: ${formatNumber(rigid!.gpuHours, 1)}`,
      },
      {
        label: 'Within the SLO',
        value: `${formatNumber(ours!.attainment * 100, 1)} %`,
        note: `static: ${formatNumber(rigid!.attainment * 100, 1)} %`,
      },
    ],
    sections: [
      await loadSection(result),
      await forecastSection(result),
      await capacitySection(result),
      await planSection(result),
      await replaySection(result),
    ],
    footer: `Simulated serving on latencies measured on an H100; seed ${settings.seed}. Made by foresail demo.`,
  };
  return htmlReport(report);
}

async function loadSection({ forecast, scenario, settings }: DemoResult): Promise<ReportSection> {
  const { load } = forecast;
  const grid = gridOf(load);
  const { startAt, endAt } = scenario.setting.window;
  const chart = await makeFigure(
    loadChart,
    {
      ...{ title: 'Requests over the trace', grid, values: load.requests, unit: 'requests' },
      window: { fromSeconds: startAt, toSeconds: endAt, label: 'replayed' },
    },
    `Requests in bins of ${formatDuration(load.binSeconds)}, failed ones included. The shaded span, ${spanOf(scenario.setting.window)}, is replayed below; its busiest part is ${spanOf(scenario.hours)}.`,
  );
  const days = heatMapDays(load.requests, load.binSeconds);
  const heatMap = await makeFigure(
    weekHeatMap,
    {
      ...{ title: 'The rhythm of the days', values: days, unit: 'requests per hour' },
      dayNames: days.map((_, day) => `day ${day + 1}`),
    },
    settings.trace.startEpochSeconds === null
      ? 'Requests by hour of the day. The trace has no dates, so days are counted from its own start.'
      : 'Requests by hour of the day, counted from the first request.',
  );
  return { heading: 'The load', figures: [chart, heatMap] };
}

function heatMapDays(requests: Float64Array, binSeconds: number): Float64Array[] {
  const binsPerHour = Math.round(3600 / binSeconds);
  const hours = Math.ceil(requests.length / binsPerHour);
  const days = Array.from({ length: Math.ceil(hours / 24) }, () => new Float64Array(24).fill(NaN));
  for (let hour = 0; hour < hours; hour++) {
    const bins = requests.subarray(hour * binsPerHour, (hour + 1) * binsPerHour);
    days[Math.floor(hour / 24)]![hour % 24] = bins.reduce((sum, count) => sum + count, 0);
  }
  return days;
}

async function forecastSection({ forecast }: DemoResult): Promise<ReportSection> {
  const { target, trainBins, scores } = forecast;
  const shown = scores.find(({ model }) => model === DEMO.model)!;
  const from = Math.max(0, shown.mean.length - Math.round((2 * 86400) / target.binSeconds));
  const figure = await makeFigure(
    forecastChart,
    {
      title: 'Forecast against what came, the last two days',
      grid: { ...gridOf(target), fromSeconds: (trainBins + from) * target.binSeconds },
      actual: target.values.subarray(trainBins + from),
      ...{ p50: shown.p50.subarray(from), p90: shown.p90.subarray(from), unit: 'requests', model: DEMO.model },
    },
    'Each point was forecast one bin ahead, from the bins before it alone. A capacity planner reads the upper edge: nine bins in ten should stay below it.',
  );
  const { header, rows } = backtestTable(scores);
  const nmse = scores.map((score) => score.nmse ?? Infinity);
  const table = {
    caption: `Errors of one-step forecasts; fitted once on the first ${formatCount(trainBins)} bins. NMAE = Σ|error| / Σ|actual|; NMSE = Σ error² / Σ (actual − mean)². The best of each column has a star.`,
    ...{ header: header.map((title) => title.trim()), rows, bestRow: nmse.indexOf(Math.min(...nmse)) },
  };
  return { heading: 'The forecast', figures: [figure], tables: [table] };
}

async function capacitySection({ capacity, settings }: DemoResult): Promise<ReportSection> {
  const figure = await makeFigure(
    goodputChart,
    {
      title: `Goodput of each prefill:decode split of ${settings.gpus} GPUs`,
      splits: capacity.splits.map((row) => ({
        name: `${row.counts.prefill} prefill + ${row.counts.decode} decode`,
        ...{
          goodput: row.goodput,
          low: row.goodput,
          high: row.rates.find((rate) => rate > row.goodput) ?? row.goodput,
        },
      })),
    },
    `The largest request rate at which ${sloText(settings.slo)}, on simulated replicas with latencies measured on an H100. The line at a bar's end reaches to the next rate that was simulated and missed the target.`,
  );
  return { heading: 'What each split can serve', figures: [figure] };
}

async function planSection({ planned, scenario }: DemoResult): Promise<ReportSection> {
  const { plan, demand, statics } = planned;
  const figure = await makeFigure(
    planChart,
    {
      title: 'Instances asked for, and the load they are for',
      grid: {
        startEpochSeconds: null,
        timeZone: 'UTC',
        binSeconds: plan.stepSeconds,
        fromSeconds: scenario.hours.startAt,
      },
      lanes: (['prefill', 'decode'] as const).map((role) => ({
        role,
        instances: plan.steps.map((counts) => counts[role] ?? 0),
      })),
      ...{ load: demand.high, loadUnit: `requests per second (P${DEMO.quantile * 100})` },
    },
    'Beam search over every split within the budget, for each of the next ten minutes, counting the time that an instance takes to start.',
  );
  const rows = [
    [
      'plan',
      formatCounts(plan.steps[0]!),
      formatNumber(plan.predictedAttainment * 100, 1),
      formatNumber(plan.gpuSeconds, 0),
    ],
    ...statics
      .slice(0, 5)
      .map((path) => [
        'static',
        formatCounts(path.counts),
        formatNumber(path.predictedAttainment * 100, 1),
        formatNumber(path.gpuSeconds, 0),
      ]),
  ];
  const table = {
    caption: `The plan beside the best five of ${statics.length} static splits, by the search's own score`,
    header: ['', 'prefill:decode at first', 'within the SLO, %', 'GPU seconds'],
    ...{ rows, bestRow: 0 },
  };
  return { heading: 'The plan', figures: [figure], tables: [table] };
}

/** The chart of the replayed day as a picture file. */
export async function demoPicture(result: DemoResult): Promise<string> {
  return standaloneSvg(await contestChart(courseOf(result)));
}

/** GPUs held and attainment of every policy over the day. */
function courseOf({ results, scenario, settings }: DemoResult): ContestChartData {
  const { setting } = scenario;
  const gridFrom = (binSeconds: number): TimeGrid => ({
    ...{ startEpochSeconds: null, timeZone: 'UTC', binSeconds, fromSeconds: setting.window.startAt },
  });
  return {
    title: 'GPUs held, and requests served within the SLO',
    ...{ gpuGrid: gridFrom(setting.intervalSeconds), attainmentGrid: gridFrom(60), target: settings.slo.attainment },
    policies: results.map((result) => ({
      name: result.policy,
      gpus: result.timeline.map(({ provisioned }) => (provisioned.prefill ?? 0) + (provisioned.decode ?? 0)),
      attainment: result.attainmentByMinute,
    })),
  };
}

async function replaySection(result: DemoResult): Promise<ReportSection> {
  const { results } = result;
  const caption = 'Every policy serves the same arrivals. GPUs that start or drain count as held.';
  const course = await makeFigure(contestChart, courseOf(result), caption);
  const compared = await makeFigure(
    comparisonChart,
    {
      title: 'Who makes most of a GPU',
      names: results.map(({ policy }) => policy),
      measures: [
        {
          title: 'goodput per GPU, requests per second',
          values: results.map((result) => result.goodputPerGpu),
          better: 'higher',
        },
        { title: 'good rate, requests per second', values: results.map((result) => result.goodRate), better: 'higher' },
        { title: 'GPU-hours', values: results.map((result) => result.gpuHours), better: 'lower' },
      ],
    },
    'Goodput per GPU is the rate of requests within the SLO divided by the GPUs held on average; it means little without the good rate beside it.',
  );
  const { header, rows } = replayTable(results, result.scenario);
  const ratios = results.map((result) => result.goodputPerGpu);
  return {
    heading: 'The day replayed',
    figures: [course, compared],
    tables: [
      {
        caption: `at peak: ${spanOf(result.scenario.hours)}`,
        header,
        rows,
        bestRow: ratios.indexOf(Math.max(...ratios)),
      },
    ],
  };
}

function gridOf(series: { startEpochSeconds: number | null; timeZone: string; binSeconds: number }): TimeGrid {
  const { startEpochSeconds, timeZone, binSeconds } = series;
  return { startEpochSeconds, timeZone, binSeconds };
}
