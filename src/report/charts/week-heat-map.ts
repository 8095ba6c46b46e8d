import { rangeOf } from '../downsample.js';
import { drawEmpty, drawFrame } from '../frame.js';
import { COLOURS } from '../palette.js';
import { drawPanel, loadKit } from '../plot.js';
import { FONT_SIZE, isNarrow, WIDE, type ChartSize } from '../sizes.js';
import { estimateTextWidth, formatValue } from '../text.js';

/** Load by weekday and hour. */
export interface WeekHeatMapData {
  readonly title: string;
  /** [days x 24]; NaN = unknown. */
  readonly values: readonly ArrayLike<number>[];
  /** Name of each row, such as `Mon`, or `day 1` where there are no dates. */
  readonly dayNames: readonly string[];
  /** What a value counts, such as `requests per hour`. */
  readonly unit: string;
}

/** An hour-by-weekday heat map: one hue from pale to full, 0 is the palest. Unknown cells are empty frames. */
export async function weekHeatMap(data: WeekHeatMapData, size: ChartSize = WIDE): Promise<string> {
  const cells = data.values.flatMap((row, day) =>
    Array.from(row, (value, hour) => ({ day: data.dayNames[day]!, hour, value })),
  );
  const range = rangeOf(cells.map(({ value }) => value));
  if (!range) return drawEmpty(size.width, data.title);
  const kit = await loadKit();
  const { plot } = kit;
  const high = Math.max(range.high, Number.MIN_VALUE);
  const known = cells
    .filter(({ value }) => !Number.isNaN(value))
    .map((cell) => ({ ...cell, depth: Number((0.06 + 0.94 * (cell.value / high)).toFixed(2)) }));
  const unknown = cells.filter(({ value }) => Number.isNaN(value));
  const rowHeight = isNarrow(size) ? 24 : 30;
  const panel = drawPanel(kit, {
    width: size.width,
    height: data.values.length * rowHeight + 50,
    marginTop: 6,
    marginBottom: 44,
    marginLeft: Math.max(...data.dayNames.map((name) => estimateTextWidth(name, FONT_SIZE))) + 12,
    marginRight: 4,
    x: { type: 'band', domain: Array.from({ length: 24 }, (_, hour) => hour), padding: 0.08, round: false },
    y: { type: 'band', domain: [...data.dayNames], padding: 0.1, round: false },
    opacity: { type: 'identity' },
    marks: [
      plot.axisY({ tickSize: 0, tickPadding: 8, label: null, fill: COLOURS.muted }),
      plot.axisX({
        ticks: Array.from({ length: isNarrow(size) ? 8 : 12 }, (_, i) => i * (isNarrow(size) ? 3 : 2)),
        tickFormat: (hour: number) => String(hour).padStart(2, '0'),
        tickSize: 0,
        label: 'hour of day',
        labelAnchor: 'center',
        labelArrow: 'none',
        labelOffset: 38,
        fill: COLOURS.muted,
      }),
      plot.cell(unknown, { x: 'hour', y: 'day', fill: 'none', stroke: COLOURS.grid, rx: 3 }),
      plot.cell(known, { x: 'hour', y: 'day', fill: COLOURS.load, fillOpacity: 'depth', rx: 3 }),
    ],
  });
  const peak = known.reduce((best, cell) => (cell.value > best.value ? cell : best));
  const alt =
    `${data.title}. Heat map of ${data.unit} by day and hour, up to ${formatValue(range.high)} ` +
    `(${peak.day}, ${String(peak.hour).padStart(2, '0')}:00).`;
  const label = `0 to ${formatValue(range.high)} ${data.unit}`;
  return drawFrame(size.width, alt, [{ label, colour: COLOURS.load, kind: 'ramp' }], [panel]);
}
