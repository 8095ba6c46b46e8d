import { downsample, rangeOf } from '../downsample.js';
import { drawEmpty, drawFrame, type LegendItem } from '../frame.js';
import { COLOURS } from '../palette.js';
import { drawPanel, loadKit, marginForValues, timeAxis, valueAxis } from '../plot.js';
import { isNarrow, WIDE, type ChartSize } from '../sizes.js';
import { formatValue, spellDuration, unitPerBin } from '../text.js';
import { binStart, timeTicks, type TimeGrid } from '../time-axis.js';

/** What happened against what was forecast for it; all of one length. */
export interface ForecastChartData {
  readonly title: string;
  readonly grid: TimeGrid;
  /** NaN = missing. */
  readonly actual: ArrayLike<number>;
  /** The middle of the forecast, NaN where there is none. */
  readonly p50: ArrayLike<number>;
  /** Upper end of the band. */
  readonly p90: ArrayLike<number>;
  /** What a value counts, such as `requests`. */
  readonly unit: string;
  /** The model's name. */
  readonly model: string;
}

/** Actual load as a line, the forecast's P50 as a line and a band from P50 to P90. Gaps break lines and band. */
export async function forecastChart(data: ForecastChartData, size: ChartSize = WIDE): Promise<string> {
  const range = rangeOf([...Array.from(data.actual), ...Array.from(data.p50), ...Array.from(data.p90)]);
  if (!range) return drawEmpty(size.width, data.title);
  const kit = await loadKit();
  const { plot } = kit;
  const most = size.width * 0.6;
  const actual = downsample(data.actual, most);
  const [p50, p90] = [downsample(data.p50, most).mean, downsample(data.p90, most).mean];
  const rows = actual.mean.map((value, i) => ({
    at: binStart(data.grid, (i + 0.5) * actual.factor),
    actual: value,
    p50: p50[i]!,
    p90: p90[i]!,
  }));
  const [from, to] = [binStart(data.grid, 0), binStart(data.grid, data.actual.length)];
  const high = rangeOf(rows.flatMap((row) => [row.actual, row.p50, row.p90]))!.high;
  const ticks = timeTicks(data.grid, from, to, isNarrow(size) ? 4 : 9);
  const panel = drawPanel(kit, {
    width: size.width,
    height: isNarrow(size) ? 240 : 300,
    marginTop: 30,
    marginBottom: 12 + 16 * ticks.lines,
    marginLeft: marginForValues(high),
    marginRight: 34,
    x: { domain: [from, to] },
    y: { domain: [0, high * 1.04] },
    marks: [
      ...valueAxis(plot, unitPerBin(data.unit, data.grid.binSeconds)),
      ...timeAxis(plot, ticks),
      plot.areaY(rows, { x: 'at', y1: 'p50', y2: 'p90', fill: COLOURS.forecast, fillOpacity: 0.28 }),
      plot.lineY(rows, { x: 'at', y: 'actual', stroke: COLOURS.load, strokeWidth: 1.6 }),
      plot.lineY(rows, { x: 'at', y: 'p50', stroke: COLOURS.forecast, strokeWidth: 1.8 }),
    ],
  });
  return drawFrame(size.width, altOf(data), legendOf(data, actual.factor), [panel]);
}

function legendOf({ grid, model }: ForecastChartData, factor: number): LegendItem[] {
  const joined = factor === 1 ? '' : `, mean of ${spellDuration(grid.binSeconds * factor)}`;
  return [
    { label: `actual${joined}`, colour: COLOURS.load, kind: 'line' },
    { label: `${model}, P50`, colour: COLOURS.forecast, kind: 'line' },
    { label: 'P50 to P90', colour: COLOURS.forecast, kind: 'band' },
  ];
}

function altOf(data: ForecastChartData): string {
  let [known, below] = [0, 0];
  for (let i = 0; i < data.actual.length; i++) {
    if (Number.isNaN(data.actual[i]) || Number.isNaN(data.p90[i])) continue;
    known++;
    if (data.actual[i]! <= data.p90[i]!) below++;
  }
  const share =
    known === 0 ? '' : ` The load stayed at or below P90 in ${formatValue((100 * below) / known)} % of bins.`;
  return `${data.title}. Lines of the actual ${data.unit} and the forecast of ${data.model} with its band up to P90.${share}`;
}
