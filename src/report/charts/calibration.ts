import { drawEmpty, drawFrame } from '../frame.js';
import { COLOURS } from '../palette.js';
import { drawPanel, loadKit, marginForValues, valueAxis } from '../plot.js';
import { isNarrow, WIDE, type ChartSize } from '../sizes.js';
import { formatValue } from '../text.js';
import { lineLegend, lineStyle } from './line-styles.js';

/** What quantiles promised, and how often they kept it. */
export interface CalibrationData {
  readonly title: string;
  /** Levels of the quantiles, in (0, 1), ascending. */
  readonly levels: readonly number[];
  /** Per model the share of bins at or below the quantile of each level, [0, 1]; NaN = unknown. */
  readonly models: readonly { readonly name: string; readonly coverages: ArrayLike<number> }[];
}

/** Observed against promised shares, in per cent, beside the diagonal on which they are the same. */
export async function calibrationChart(data: CalibrationData, size: ChartSize = WIDE): Promise<string> {
  const known = data.models.flatMap(({ coverages }) => Array.from(coverages)).filter((share) => !Number.isNaN(share));
  if (known.length === 0) return drawEmpty(size.width, data.title);
  const kit = await loadKit();
  const { plot } = kit;
  const low = Math.max(0, Math.floor(10 * Math.min(...known, ...data.levels) - 0.5) * 10);
  const percents = data.levels.map((level) => level * 100);
  const panel = drawPanel(kit, {
    width: size.width,
    height: isNarrow(size) ? 280 : 340,
    marginTop: 30,
    marginBottom: 44,
    marginLeft: marginForValues(100),
    marginRight: 34,
    x: { domain: [low, 102] },
    y: { domain: [low, 102] },
    marks: [
      ...valueAxis(plot, 'bins at or below the quantile, %'),
      plot.axisX({
        ticks: isNarrow(size) ? percents.filter((_, i) => i % 2 === 0) : percents,
        tickFormat: (percent: number) => `P${formatValue(percent)}`,
        tickSize: 5,
        label: 'quantile of the forecast',
        labelAnchor: 'center',
        labelArrow: 'none',
        fill: COLOURS.muted,
      }),
      plot.line(
        [
          [low, low],
          [100, 100],
        ],
        { stroke: COLOURS.muted, strokeDasharray: '4 3' },
      ),
      ...data.models.flatMap(({ coverages }, i) => {
        const rows = percents.map((promised, k) => ({ promised, kept: 100 * coverages[k]! }));
        const { stroke } = lineStyle(i);
        return [
          plot.line(rows, { x: 'promised', y: 'kept', ...lineStyle(i) }),
          plot.dot(
            rows.filter(({ kept }) => !Number.isNaN(kept)),
            { x: 'promised', y: 'kept', fill: stroke, r: 3 },
          ),
        ];
      }),
    ],
  });
  const legend = lineLegend(data.models.map(({ name }) => name));
  const diagonal = { label: 'as promised', colour: COLOURS.muted, kind: 'line', dash: '4 3' } as const;
  return drawFrame(size.width, altOf(data), [...legend, diagonal], [panel]);
}

function altOf({ title, levels, models }: CalibrationData): string {
  const texts = models.map(({ name, coverages }) => {
    const shares = levels.map((level, i) => `P${level * 100} ${formatValue(100 * coverages[i]!)} %`);
    return `${name} ${shares.join(', ')}`;
  });
  return `${title}. Share of bins at or below each quantile: ${texts.join('; ')}.`;
}
