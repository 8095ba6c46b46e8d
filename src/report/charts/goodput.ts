import { barLabels, barMarks, type Bar } from './bars.js';
import { drawEmpty, drawFrame } from '../frame.js';
import { COLOURS } from '../palette.js';
import { drawPanel, loadKit } from '../plot.js';
import { FONT_SIZE, isNarrow, WIDE, type ChartSize } from '../sizes.js';
import { estimateTextWidth, formatValue } from '../text.js';

/** One deployment's goodput and the interval that it was found in. */
export interface SplitGoodput {
  /** Such as `2 prefill + 6 decode`. */
  readonly name: string;
  /** Requests per second. */
  readonly goodput: number;
  readonly low: number;
  readonly high: number;
}

/** Goodput of several deployments. */
export interface GoodputChartData {
  readonly title: string;
  readonly splits: readonly SplitGoodput[];
  /** What is compared; `requests per second` when left out. */
  readonly unit?: string;
  /** What the bars are, in the plural; `deployments` when left out. */
  readonly of?: string;
}

/** Goodput of each split as a bar with its interval; the best is marked. Splits whose goodput is NaN are left out. */
export async function goodputChart(data: GoodputChartData, size: ChartSize = WIDE): Promise<string> {
  const splits = data.splits.filter(({ goodput }) => !Number.isNaN(goodput));
  if (splits.length === 0) return drawEmpty(size.width, data.title);
  const kit = await loadKit();
  const { plot } = kit;
  const { unit = 'requests per second', of = 'deployments' } = data;
  const best = splits.reduce((first, split) => (split.goodput > first.goodput ? split : first));
  const bars = splits.map((split): Bar => {
    const labelAt = Math.max(split.goodput, split.high || 0);
    return { name: split.name, value: split.goodput, isBest: split === best, labelAt };
  });
  const high = Math.max(...bars.map(({ labelAt }) => labelAt!));
  const labelRoom = estimateTextWidth('000,000', FONT_SIZE) + 16;
  const marginLeft = Math.max(...splits.map(({ name }) => estimateTextWidth(name, FONT_SIZE))) + 14;
  const panel = drawPanel(kit, {
    width: size.width,
    height: splits.length * 30 + 52,
    marginTop: 4,
    marginBottom: 46,
    marginLeft,
    marginRight: labelRoom,
    x: { domain: [0, high] },
    y: { type: 'band', domain: splits.map(({ name }) => name), padding: 0.28 },
    marks: [
      plot.gridX({ ticks: isNarrow(size) ? 4 : 8, stroke: COLOURS.grid, strokeOpacity: 1 }),
      plot.axisX({
        ticks: isNarrow(size) ? 4 : 8,
        tickSize: 0,
        tickFormat: formatValue,
        label: unit,
        labelArrow: 'none',
        labelAnchor: 'center',
        labelOffset: 40,
        fill: COLOURS.muted,
      }),
      ...barMarks(plot, bars),
      ...whiskers(plot, splits),
      ...barLabels(plot, bars),
    ],
  });
  const alt = `${data.title}. Bar chart of ${unit} for ${splits.length} ${of}; the best is ${best.name} with ${formatValue(best.goodput)}.`;
  const legend = [
    { label: 'best', colour: COLOURS.best, kind: 'box' as const },
    { label: `other ${of}`, colour: COLOURS.other, kind: 'box' as const },
    { label: 'interval', colour: COLOURS.ink, kind: 'line' as const },
  ];
  return drawFrame(size.width, alt, legend, [panel]);
}

function whiskers(plot: Awaited<ReturnType<typeof loadKit>>['plot'], splits: readonly SplitGoodput[]) {
  const known = splits.filter(({ low, high }) => high > low);
  const cap = { y: 'name', stroke: COLOURS.ink, strokeWidth: 1.5, inset: 5 };
  return [
    plot.ruleY(known, { x1: 'low', x2: 'high', y: 'name', stroke: COLOURS.ink, strokeWidth: 1.5 }),
    plot.tickX(known, { x: 'low', ...cap }),
    plot.tickX(known, { x: 'high', ...cap }),
  ];
}
