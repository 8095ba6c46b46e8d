import assert from 'node:assert/strict';
import * as report from '../../src/report/index.js';
import { golden } from '../helpers/golden.js';

const undated = { startEpochSeconds: null, timeZone: 'UTC', binSeconds: 3600 };
const dated = { startEpochSeconds: 1_709_740_800, timeZone: 'Asia/Hong_Kong', binSeconds: 900 };

const load = {
  title: 'Load',
  grid: undated,
  values: [3, 5, NaN, 4, 2],
  unit: 'requests',
  window: { fromSeconds: 3600, toSeconds: 7200, label: 'chosen hour' },
};
const heat = {
  title: 'Week',
  values: [Array.from({ length: 24 }, (_, i) => (i === 3 ? NaN : i))],
  dayNames: ['Mon'],
  unit: 'requests per hour',
};
const forecast = {
  title: 'Ahead',
  grid: dated,
  actual: [4, 6, 5],
  p50: [NaN, 5, 5],
  p90: [NaN, 8, 7],
  unit: 'requests',
  model: 'last',
};
const goodput = {
  title: 'Splits',
  splits: [
    { name: '1 prefill + 3 decode', goodput: 10, low: 9, high: 12 },
    { name: '2 prefill + 2 decode', goodput: 14.25, low: 14, high: 15 },
    { name: '3 prefill + 1 decode', goodput: NaN, low: NaN, high: NaN },
  ],
};
const plan = {
  title: 'Plan',
  grid: dated,
  load: [10, 20, 15],
  loadUnit: 'requests per second',
  lanes: [
    { role: 'prefill', instances: [1, 2, 2] },
    { role: 'decode', instances: [2, 3, 2] },
  ],
};
const contest = {
  title: 'Contest',
  gpuGrid: dated,
  attainmentGrid: dated,
  target: 0.9,
  policies: [
    { name: 'Foresail', gpus: [2, 2, 3], attainment: [1, NaN, 0.95] },
    { name: 'static', gpus: [4, 4, 4], attainment: [1, 1, 1] },
  ],
};
const comparison = {
  title: 'Compared',
  names: ['Foresail', 'static'],
  measures: [
    { title: 'goodput per GPU', values: [2.5, 2], better: 'higher' as const },
    { title: 'GPU-hours', values: [6, NaN], better: 'lower' as const },
  ],
};

const byHour = {
  title: 'By hour',
  unit: 'requests per 10 min',
  models: [
    { name: 'ewma', errors: Array.from({ length: 24 }, (_, hour) => (hour === 5 ? NaN : 3 + (hour % 6))) },
    { name: 'last', errors: Array.from({ length: 24 }, (_, hour) => 4 + (hour % 6)) },
  ],
};
const calibration = {
  title: 'Calibrated',
  levels: [0.5, 0.9, 0.99],
  models: [
    { name: 'ewma', coverages: [0.52, 0.88, 0.985] },
    { name: 'last', coverages: [0.4, NaN, 1] },
  ],
};

/** Every chart with a small input, and the same chart with nothing in it. */
const CHARTS: [name: string, draw: (size?: report.ChartSize) => Promise<string>, drawEmpty: () => Promise<string>][] = [
  ['load', (size) => report.loadChart(load, size), () => report.loadChart({ ...load, values: [] })],
  ['week-heat-map', (size) => report.weekHeatMap(heat, size), () => report.weekHeatMap({ ...heat, values: [] })],
  [
    'forecast',
    (size) => report.forecastChart(forecast, size),
    () => report.forecastChart({ ...forecast, actual: [], p50: [], p90: [] }),
  ],
  ['goodput', (size) => report.goodputChart(goodput, size), () => report.goodputChart({ ...goodput, splits: [] })],
  ['plan', (size) => report.planChart(plan, size), () => report.planChart({ ...plan, lanes: [] })],
  ['contest', (size) => report.contestChart(contest, size), () => report.contestChart({ ...contest, policies: [] })],
  [
    'comparison',
    (size) => report.comparisonChart(comparison, size),
    () => report.comparisonChart({ ...comparison, names: [] }),
  ],
  [
    'error-by-hour',
    (size) => report.errorByHourChart(byHour, size),
    () => report.errorByHourChart({ ...byHour, models: [] }),
  ],
  [
    'calibration',
    (size) => report.calibrationChart(calibration, size),
    () => report.calibrationChart({ ...calibration, models: [] }),
  ],
];

/** The path of the line that is drawn in `colour`. */
function lineIn(svg: string, colour: string): string {
  const group = new RegExp(`<g[^>]*stroke="var\\(--${colour}\\)"[^>]*aria-label="line"[^>]*><path d="([^"]*)"`).exec(
    svg,
  );
  assert.ok(group, `no line in ${colour}`);
  return group[1]!;
}

describe('charts', () => {
  for (const [name, draw, drawEmpty] of CHARTS) {
    it(`draws ${name} as before`, async () => golden(`report/${name}.svg`, report.standaloneSvg(await draw())));

    it(`draws ${name} for a phone, in its own width`, async () => {
      const svg = await draw(report.NARROW);
      assert.match(svg, /viewBox="0 0 380 /);
      assert.doesNotMatch(svg, /NaN|undefined|Infinity/);
    });

    it(`says what ${name} shows to a reader who does not see it`, async () => {
      assert.match(await draw(), /^<svg [^>]*role="img" aria-label="[^"]{30,}"/);
    });

    it(`says so when ${name} has no data`, async () => assert.match(await drawEmpty(), />No data to draw</));
  }

  it('dashes the line whose colour another one has already, on the chart and in its legend', async () => {
    const dashed = async (count: number): Promise<number> => {
      const series = Array.from({ length: count }, (_, i) => ({ name: `line ${i + 1}`, values: [i, i + 1] }));
      const svg = await report.linesChart({ title: 'Lines', grid: undated, series, measure: 'requests' });
      return svg.split('stroke-dasharray="7 3"').length - 1;
    };
    assert.deepEqual([await dashed(6), await dashed(7)], [0, 2]);
  });

  it('breaks the line where a bin is missing, and not elsewhere', async () => {
    const moves = (path: string): number => path.split('M').length - 1;
    assert.equal(moves(lineIn(await report.loadChart(load), 'blue')), 2);
    assert.equal(moves(lineIn(await report.loadChart({ ...load, values: [3, 5, 1, 4, 2] }), 'blue')), 1);
  });

  it('draws a missing value nowhere, not as 0', async () => {
    const withGap = await report.loadChart({ ...load, values: [3, 5, NaN] });
    const withZero = await report.loadChart({ ...load, values: [3, 5, 0] });
    assert.notEqual(lineIn(withGap, 'blue'), lineIn(withZero, 'blue'));
  });

  it('keeps a week of minutes below 60 kB, its largest burst still in the band', async () => {
    const values = Float64Array.from({ length: 10_080 }, (_, i) => 5 + (i % 7));
    values[5000] = 400;
    const svg = await report.loadChart({ ...load, values, grid: { ...undated, binSeconds: 60 } });
    assert.ok(svg.length < 60_000, `${svg.length} characters`);
    assert.match(svg, /between 5 and 400/);
    const flat = values.map((value) => Math.min(value, 11));
    assert.notEqual(svg, await report.loadChart({ ...load, values: flat, grid: { ...undated, binSeconds: 60 } }));
  });

  it('escapes names and titles', async () => {
    const hostile = '<script>alert("1")</script> & co';
    const svg = await report.goodputChart({ title: hostile, splits: [{ name: hostile, goodput: 1, low: 1, high: 1 }] });
    assert.doesNotMatch(svg, /<script/);
    assert.match(svg, /aria-label="&lt;script&gt;/);
  });

  it('gives the same drawing for the same data, and leaves the data as it was', async () => {
    const before = structuredClone(contest);
    assert.equal(await report.contestChart(contest), await report.contestChart(contest));
    assert.deepEqual(contest, before);
  });

  it('makes a file only of a chart', () => assert.throws(() => report.standaloneSvg('<svg></svg>'), TypeError));
});
