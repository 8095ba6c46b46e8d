import { downsample, rangeOf } from '../downsample.js';
import { drawEmpty, drawFrame, type LegendItem } from '../frame.js';
import { SERIES_COLOURS } from '../palette.js';
import { drawPanel, loadKit, marginForValues, timeAxis, valueAxis } from '../plot.js';
import { isNarrow, WIDE, type ChartSize } from '../sizes.js';
import { formatValue } from '../text.js';
import { binStart, timeTicks, type TimeGrid } from '../time-axis.js';

/** Several series of one measure over one time. */
export interface LinesChartData {
  readonly title: string;
  readonly grid: TimeGrid;
  readonly series: readonly { readonly name: string; readonly values: ArrayLike<number> }[];
  /** What the value axis says. */
  readonly measure: string;
}

/** Of lines whose colour another line has already. */
const DASH = '7 3';
const isRepeated = (series: number): boolean => series >= SERIES_COLOURS.length;

/** Lines over time, one colour a series, dashed where a colour comes again; missing values (NaN) break a line. Long series are joined into means. */
export async function linesChart(data: LinesChartData, size: ChartSize = WIDE): Promise<string> {
  const range = rangeOf(data.series.flatMap(({ values }) => Array.from(values)));
  if (!range) return drawEmpty(size.width, data.title);
  const { grid } = data;
  const bins = Math.max(...data.series.map(({ values }) => values.length));
  const kit = await loadKit();
  const { plot } = kit;
  const joined = data.series.map(({ values }) => downsample(values, size.width * 0.75));
  const high = rangeOf(joined.flatMap(({ mean }) => mean))!.high;
  const [from, to] = [binStart(grid, 0), binStart(grid, bins)];
  const ticks = timeTicks(grid, from, to, isNarrow(size) ? 4 : 9);
  const colours = data.series.map((_, i) => SERIES_COLOURS[i % SERIES_COLOURS.length]!);
  const panel = drawPanel(kit, {
    width: size.width,
    height: isNarrow(size) ? 215 : 265,
    marginTop: 30,
    marginBottom: 12 + 16 * ticks.lines,
    marginLeft: marginForValues(high),
    marginRight: 34,
    x: { domain: [from, to] },
    y: { domain: [Math.min(0, range.low), high > 0 ? high * 1.04 : 1] },
    marks: [
      ...valueAxis(plot, data.measure),
      ...timeAxis(plot, ticks),
      ...joined.map(({ mean, factor }, i) =>
        plot.lineY(
          mean.map((value, bin) => ({ at: binStart(grid, (bin + 0.5) * factor), value })),
          {
            x: 'at',
            y: 'value',
            stroke: colours[i]!,
            strokeWidth: 1.6,
            ...(isRepeated(i) ? { strokeDasharray: DASH } : {}),
          },
        ),
      ),
    ],
  });
  const names = data.series.map(({ name }) => name);
  const legend: LegendItem[] = names.map((label, i) => ({
    label,
    colour: colours[i]!,
    kind: 'line',
    ...(isRepeated(i) ? { dash: DASH } : {}),
  }));
  const alt = `${data.title}. Line chart of ${data.measure} over ${ticks.title} for ${names.join(', ')}, between ${formatValue(range.low)} and ${formatValue(range.high)}.`;
  return drawFrame(size.width, alt, legend, [panel]);
}
