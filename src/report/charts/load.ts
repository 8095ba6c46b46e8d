import { downsample, rangeOf } from '../downsample.js';
import { drawEmpty, drawFrame, type LegendItem } from '../frame.js';
import { COLOURS } from '../palette.js';
import { drawPanel, loadKit, marginForValues, timeAxis, valueAxis } from '../plot.js';
import { isNarrow, WIDE, type ChartSize } from '../sizes.js';
import { formatValue, spellDuration, unitPerBin } from '../text.js';
import { binStart, timeTicks, type TimeGrid } from '../time-axis.js';

/** A part of the time axis that is marked. */
export interface TimeWindow {
  readonly fromSeconds: number;
  readonly toSeconds: number;
  readonly label: string;
}

/** Load over time. */
export interface LoadChartData {
  readonly title: string;
  readonly grid: TimeGrid;
  /** One value per bin; NaN = missing. */
  readonly values: ArrayLike<number>;
  /** What a value counts, such as `requests`. */
  readonly unit: string;
  /** Marked from top to bottom, such as the hours that are replayed. */
  readonly window?: TimeWindow;
}

/**
 * Load over time with a marked window. Long series are joined to about one bucket a pixel: the line is the bucket's mean, the
 * band reaches from its smallest to its largest bin, so that bursts stay to be seen. Missing bins break the line.
 */
export async function loadChart(data: LoadChartData, size: ChartSize = WIDE): Promise<string> {
  const range = rangeOf(data.values);
  if (!range) return drawEmpty(size.width, data.title);
  const kit = await loadKit();
  const { grid, unit, window } = data;
  const joined = downsample(data.values, size.width * 0.75);
  const centre = (i: number): number => binStart(grid, (i + 0.5) * joined.factor);
  const rows = joined.mean.map((mean, i) => ({ at: centre(i), mean, low: joined.low[i]!, high: joined.high[i]! }));
  const [from, to] = [binStart(grid, 0), binStart(grid, data.values.length)];
  const ticks = timeTicks(grid, from, to, isNarrow(size) ? 4 : 9);
  const { plot } = kit;
  const panel = drawPanel(kit, {
    width: size.width,
    height: isNarrow(size) ? 215 : 265,
    marginTop: 30,
    marginBottom: 12 + 16 * ticks.lines,
    marginLeft: marginForValues(range.high),
    marginRight: 34,
    x: { domain: [from, to] },
    y: { domain: [0, range.high * 1.04] },
    marks: [
      ...(window
        ? [plot.rect([window], { x1: 'fromSeconds', x2: 'toSeconds', fill: COLOURS.shade, fillOpacity: 0.35 })]
        : []),
      ...valueAxis(plot, unitPerBin(unit, grid.binSeconds)),
      ...timeAxis(plot, ticks),
      plot.areaY(rows, {
        x: 'at',
        y1: joined.factor > 1 ? 'low' : 0,
        y2: 'high',
        fill: COLOURS.load,
        fillOpacity: 0.25,
      }),
      plot.lineY(rows, { x: 'at', y: 'mean', stroke: COLOURS.load, strokeWidth: 1.6 }),
    ],
  });
  return drawFrame(size.width, altOf(data, range, ticks.title), legendOf(data, joined.factor), [panel]);
}

function legendOf({ grid, unit, window }: LoadChartData, factor: number): LegendItem[] {
  const joined = spellDuration(grid.binSeconds * factor);
  const load: LegendItem[] =
    factor === 1
      ? [{ label: unit, colour: COLOURS.load, kind: 'line' }]
      : [
          { label: `${unit}, mean of ${joined}`, colour: COLOURS.load, kind: 'line' },
          { label: `smallest to largest bin in ${joined}`, colour: COLOURS.load, kind: 'band' },
        ];
  return window ? [...load, { label: window.label, colour: COLOURS.shade, kind: 'band' }] : load;
}

function altOf(data: LoadChartData, range: { low: number; high: number }, time: string): string {
  const span = spellDuration(data.values.length * data.grid.binSeconds);
  const marked = data.window ? ` Marked: ${data.window.label}.` : '';
  return (
    `${data.title}. Line chart of ${unitPerBin(data.unit, data.grid.binSeconds)} over ${time}, ${span} long, ` +
    `between ${formatValue(range.low)} and ${formatValue(range.high)}.${marked}`
  );
}
