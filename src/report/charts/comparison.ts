import { barLabels, barMarks, type Bar } from './bars.js';
import { drawEmpty, drawFrame } from '../frame.js';
import { COLOURS } from '../palette.js';
import { drawPanel, loadKit, type Panel } from '../plot.js';
import { FONT_SIZE, WIDE, type ChartSize } from '../sizes.js';
import { estimateTextWidth, formatValue, wrapText } from '../text.js';

/** One measure over all names. */
export interface Measure {
  /** With its unit, such as `goodput per GPU, requests per second`. */
  readonly title: string;
  /** One value per name; NaN = unknown. */
  readonly values: ArrayLike<number>;
  readonly better: 'higher' | 'lower';
}

/** Policies (or models) compared by one or more measures. */
export interface ComparisonChartData {
  readonly title: string;
  readonly names: readonly string[];
  readonly measures: readonly Measure[];
}

/** One group of horizontal bars per measure, the best of each marked; unknown values say so. */
export async function comparisonChart(data: ComparisonChartData, size: ChartSize = WIDE): Promise<string> {
  if (data.names.length === 0 || data.measures.length === 0) return drawEmpty(size.width, data.title);
  const kit = await loadKit();
  const marginLeft = Math.max(...data.names.map((name) => estimateTextWidth(name, FONT_SIZE))) + 14;
  const panels = data.measures.map((measure) => drawMeasure(kit, data.names, measure, size.width, marginLeft));
  const alt = `${data.title}. Bar charts: ${data.measures.map((measure) => describe(data.names, measure)).join('; ')}.`;
  return drawFrame(size.width, alt, [{ label: 'best of its measure', colour: COLOURS.best, kind: 'box' }], panels);
}

function rowsOf(names: readonly string[], { values, better }: Measure): Bar[] {
  const known = Array.from(values).filter((value) => !Number.isNaN(value));
  const best = better === 'higher' ? Math.max(...known) : Math.min(...known);
  return names.map((name, i) => ({ name, value: values[i] ?? NaN, isBest: values[i] === best }));
}

type Kit = Awaited<ReturnType<typeof loadKit>>;

function drawMeasure(kit: Kit, names: readonly string[], measure: Measure, width: number, marginLeft: number): Panel {
  const { plot } = kit;
  const rows = rowsOf(names, measure);
  const title = wrapText(`${measure.title} (${measure.better} is better)`, width * 0.94, FONT_SIZE);
  const marginTop = 14 + 18 * title.length;
  const high = Math.max(0, ...rows.map(({ value }) => value || 0));
  return drawPanel(kit, {
    width,
    height: names.length * 30 + 12 + marginTop,
    marginTop,
    marginBottom: 12,
    marginLeft,
    marginRight: 76,
    x: { domain: [0, high > 0 ? high : 1] },
    y: { type: 'band', domain: [...names], padding: 0.26 },
    marks: [
      plot.axisX({ ticks: [], label: null }),
      plot.text([title.join('\n')], {
        frameAnchor: 'top-left',
        textAnchor: 'start',
        dy: 10 - marginTop,
        lineHeight: 1.3,
        dx: -marginLeft,
        fontWeight: 'bold',
        fill: COLOURS.muted,
      }),
      plot.ruleX([0], { stroke: COLOURS.grid }),
      ...barMarks(plot, rows),
      ...barLabels(plot, rows),
    ],
  });
}

function describe(names: readonly string[], measure: Measure): string {
  return `${measure.title}: ${names.map((name, i) => `${name} ${formatValue(measure.values[i] ?? NaN)}`).join(', ')}`;
}
