import { poisson, seededRandom } from '../../src/base/index.js';
import * as report from '../../src/report/index.js';

const MINUTE = 60;
const DAY_MINUTES = 1440;

/** A week of requests per minute with a daily wave, bursts and a gap: only for looking at charts. */
function sampleWeek(): Float64Array {
  const random = seededRandom(7, 'sample-week');
  return Float64Array.from({ length: 7 * DAY_MINUTES }, (_, minute) => {
    if (minute > 5200 && minute < 5500) return NaN;
    const wave = 1 - Math.cos((2 * Math.PI * (minute - 240)) / DAY_MINUTES);
    const burst = random() < 0.002 ? 60 : 0;
    return poisson(0.5 + (minute > 4 * DAY_MINUTES ? 5 : 9) * wave + burst, random);
  });
}

function weekCells(week: Float64Array): number[][] {
  return Array.from({ length: 7 }, (_, day) =>
    Array.from({ length: 24 }, (_, hour) => {
      const start = day * DAY_MINUTES + hour * 60;
      return week.slice(start, start + 60).reduce((sum, value) => sum + value, 0);
    }),
  );
}

function forecastData(week: Float64Array, grid: report.TimeGrid): report.ForecastChartData {
  const actual = week.slice(DAY_MINUTES, 3 * DAY_MINUTES);
  const p50 = actual.map((_, i) => {
    const around = week.slice(DAY_MINUTES + i - 30, DAY_MINUTES + i);
    return around.reduce((sum, value) => sum + value, 0) / 30;
  });
  const p90 = p50.map((value) => value + 1.28 * Math.sqrt(value + 1));
  return { title: 'Two days ahead of time', grid, actual, p50, p90, unit: 'requests', model: 'sample model' };
}

const splits = [0.6, 0.8, 1, 0.9, 0.7, 0.5, 0.3].map((share, i): report.SplitGoodput => {
  const goodput = 41.3 * share;
  return { name: `${i + 1} prefill + ${7 - i} decode`, goodput, low: goodput * 0.95, high: goodput * 1.06 };
});

function contestData(hours: report.TimeGrid): report.ContestChartData {
  const random = seededRandom(7, 'sample-contest');
  const wave = (i: number, lag: number): number => 4 + Math.round(2.4 * Math.sin((i - lag) / 90));
  const attainment = (base: number): Float64Array =>
    Float64Array.from({ length: 120 }, () => Math.min(1, base + 0.12 * (random() - 0.6) - (random() < 0.04 ? 0.3 : 0)));
  const gpus = (level: (i: number) => number): Float64Array => Float64Array.from({ length: 480 }, (_, i) => level(i));
  return {
    title: 'Two hours under three policies',
    gpuGrid: { ...hours, binSeconds: 15 },
    attainmentGrid: { ...hours, binSeconds: MINUTE },
    target: 0.9,
    policies: [
      { name: 'Foresail', gpus: gpus((i) => wave(i, 0)), attainment: attainment(0.97) },
      { name: 'HPA-like rule', gpus: gpus((i) => wave(i, 40)), attainment: attainment(0.9) },
      { name: 'best static split', gpus: gpus(() => 6), attainment: attainment(0.98) },
    ],
  };
}

/** Every chart from made-up data, as one report. */
export async function sampleReport(): Promise<string> {
  const { makeFigure } = report;
  const grid = { startEpochSeconds: 1_709_740_800, timeZone: 'Asia/Hong_Kong', binSeconds: MINUTE };
  const undated = { startEpochSeconds: null, timeZone: 'UTC', binSeconds: MINUTE };
  const week = sampleWeek();
  const window = { fromSeconds: 6.4 * 86400, toSeconds: 6.4 * 86400 + 7200, label: 'replayed hours' };
  const hours = { ...grid, fromSeconds: window.fromSeconds };
  const load = { title: 'A week of requests', grid: undated, values: week, unit: 'requests', window };
  const dayNames = ['Wed', 'Thu', 'Fri', 'Sat', 'Sun', 'Mon', 'Tue'];
  const heat = { title: 'When requests arrive', values: weekCells(week), dayNames, unit: 'requests per hour' };
  const plan = {
    title: 'The plan of the next half hour',
    grid: { ...hours, binSeconds: MINUTE },
    load: Float64Array.from({ length: 30 }, (_, i) => 21 + 9 * Math.sin(i / 7)),
    loadUnit: 'requests per second (P90)',
    lanes: [
      { role: 'prefill', instances: Float64Array.from({ length: 30 }, (_, i) => (i < 12 ? 2 : 3)) },
      { role: 'decode', instances: Float64Array.from({ length: 30 }, (_, i) => (i < 5 ? 3 : i < 20 ? 5 : 4)) },
    ],
  };
  const comparison: report.ComparisonChartData = {
    title: 'Who serves most with least',
    names: ['Foresail', 'HPA-like rule', 'best static split'],
    measures: [
      { title: 'goodput per GPU, requests per second', values: [5.61, 5.02, 4.87], better: 'higher' },
      { title: 'provisioned GPU-hours', values: [9.4, 9.9, 12], better: 'lower' },
    ],
  };
  return report.htmlReport({
    title: 'A sample report, from requests to a scaling decision',
    subtitle:
      'Every chart from made-up data: 10,080 minutes, 8 GPUs, an SLO of 2 s to the first token & 50 ms per token.',
    highlights: [
      { label: 'requests', value: '104,233', note: '1,538 failed' },
      { label: 'best split', value: '3 + 5', note: 'prefill + decode' },
      { label: 'goodput per GPU', value: '5.61 req/s', note: '+15 % over the best static split' },
      { label: 'GPU-hours', value: '9.4', note: 'of 16 possible' },
    ],
    sections: [
      {
        heading: 'The load',
        text: 'What came in, minute by minute, and when in the week it came.',
        figures: [
          await makeFigure(report.loadChart, load, 'Requests per minute; the gap is missing data, not silence.'),
          await makeFigure(report.weekHeatMap, heat, 'Empty frames are hours without data.'),
        ],
      },
      {
        heading: 'The forecast',
        figures: [await makeFigure(report.forecastChart, forecastData(week, grid), 'Rolling one-step forecasts.')],
        tables: [
          {
            caption: 'Backtest, one bin ahead',
            header: ['model', 'NMAE', 'NMSE', 'P90 coverage', 'fit'],
            rows: [
              ['last', 0.412, 0.513, NaN, '1 ms'],
              ['ensemble', 0.318, 0.304, '91.2 %', '1,204 ms'],
            ],
            bestRow: 1,
          },
        ],
      },
      {
        heading: 'The plan',
        figures: [
          await makeFigure(
            report.goodputChart,
            { title: 'Goodput of each split of 8 GPUs', splits },
            'Whiskers: the interval searched.',
          ),
          await makeFigure(report.planChart, plan, 'Target instances per role, beside the load they are for.'),
        ],
      },
      {
        heading: 'The contest',
        figures: [
          await makeFigure(report.contestChart, contestData(hours), 'All policies saw the same arrivals.'),
          await makeFigure(report.comparisonChart, comparison, 'Starting, ready and draining GPUs all count.'),
        ],
      },
    ],
    footer: 'Made-up data, for looking at charts only.',
  });
}
