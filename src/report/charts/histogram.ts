import { drawEmpty, drawFrame, type LegendItem } from '../frame.js';
import { COLOURS, SERIES_COLOURS } from '../palette.js';
import { drawPanel, loadKit, marginForValues, valueAxis } from '../plot.js';
import { isNarrow, WIDE, type ChartSize } from '../sizes.js';
import { formatValue } from '../text.js';

/** How often values fall into ranges; several groups beside each other. */
export interface HistogramData {
  readonly title: string;
  /** Lower edge of each range, as the axis names it. */
  readonly edges: readonly number[];
  /** What is measured, such as `request tokens`. */
  readonly unit: string;
  /** Shares or counts, one per edge. */
  readonly groups: readonly { readonly name: string; readonly values: readonly number[] }[];
  /** What a bar is, such as `share of requests`. */
  readonly measure: string;
}

/** Bars by range, one colour a group. Ranges in which no group has anything are left off at both ends. */
export async function histogramChart(data: HistogramData, size: ChartSize = WIDE): Promise<string> {
  const used = data.edges.map((_, i) => data.groups.some(({ values }) => (values[i] ?? 0) > 0));
  const [first, last] = [used.indexOf(true), used.lastIndexOf(true)];
  if (first < 0) return drawEmpty(size.width, data.title);
  const rows = data.groups.flatMap(({ name, values }) =>
    data.edges
      .slice(first, last + 1)
      .map((edge, i) => ({ name, edge: formatValue(edge), value: values[first + i] ?? 0 })),
  );
  const kit = await loadKit();
  const { plot } = kit;
  const names = data.groups.map(({ name }) => name);
  const colours = names.map((_, i) => SERIES_COLOURS[i % SERIES_COLOURS.length]!);
  const high = Math.max(...rows.map(({ value }) => value));
  const domain = data.edges.slice(first, last + 1).map((edge) => formatValue(edge));
  const every = isNarrow(size) ? 3 : 1;
  const panel = drawPanel(kit, {
    width: size.width,
    height: isNarrow(size) ? 215 : 265,
    marginTop: 30,
    marginBottom: 44,
    marginLeft: marginForValues(high),
    marginRight: 8,
    fx: { domain, padding: 0.15 },
    x: { domain: names, padding: 0 },
    color: { domain: names, range: colours },
    marks: [
      ...valueAxis(plot, data.measure),
      plot.axisX({ ticks: [], label: null }),
      plot.axisFx({
        anchor: 'bottom',
        ticks: domain.filter((_, i) => i % every === 0),
        label: `${data.unit}, from`,
        labelAnchor: 'center',
        labelArrow: 'none',
        labelOffset: 38,
        tickSize: 0,
        fill: COLOURS.muted,
      }),
      plot.barY(rows, { fx: 'edge', x: 'name', y: 'value', fill: 'name' }),
    ],
  });
  const legend: LegendItem[] = names.map((label, i) => ({ label, colour: colours[i]!, kind: 'box' }));
  const alt = `${data.title}. Bar chart of ${data.measure} by ${data.unit}, for ${names.join(', ')}; highest bar ${formatValue(high)}.`;
  return drawFrame(size.width, alt, legend, [panel]);
}
