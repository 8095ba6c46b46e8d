import type * as PlotModule from '@observablehq/plot';
import { COLOURS } from './palette.js';
import { FONT_SIZE } from './sizes.js';
import { estimateTextWidth, formatValue } from './text.js';
import type { TimeTicks } from './time-axis.js';

/** Observable Plot, as it is loaded when the first chart is drawn. */
export type Plot = typeof PlotModule;
export type { Markish, PlotOptions, ScaleOptions } from '@observablehq/plot';

/** One plot: its elements, without the outer `<svg>`, and the room it takes. */
export interface Panel {
  readonly inner: string;
  readonly width: number;
  readonly height: number;
}

interface Kit {
  readonly plot: Plot;
  readonly document: Document;
}

let kit: Promise<Kit> | undefined;

/** Plot and a document for it to draw in; loaded once, on first use, because they take half a second. */
export function loadKit(): Promise<Kit> {
  kit ??= Promise.all([import('@observablehq/plot'), import('linkedom')]).then(([plot, { parseHTML }]) => ({
    plot,
    document: parseHTML('<html><body></body></html>').document,
  }));
  return kit;
}

/** Draws one panel. The caller gives marks and scales; fonts, margins above and below and rounding are the same for all. */
export function drawPanel({ plot, document }: Kit, options: PlotModule.PlotOptions): Panel {
  const width = options.width!;
  const height = options.height!;
  const svg = plot.plot({ ...options, width, height, document });
  svg.querySelectorAll('style').forEach((style) => style.remove());
  return { inner: shortenNumbers(svg.innerHTML), width, height };
}

/** Coordinates to a tenth of a pixel; texts and opacities stay as they are. */
function shortenNumbers(svg: string): string {
  const round = (number: string): string => String(Number(Number(number).toFixed(1)));
  return svg.replace(/ (?:d|[xy][12]?|width|height|transform)="[^"]*"/g, (attribute) =>
    attribute.replace(/-?\d+\.\d{2,}/g, round),
  );
}

/** A value axis to the left with its grid; its title stands above it. */
export function valueAxis(plot: Plot, title: string, ticks: number | number[] = 5): PlotModule.Markish[] {
  const spec = Array.isArray(ticks) ? { ticks } : { ticks };
  return [
    plot.gridY({ ...spec, stroke: COLOURS.grid, strokeOpacity: 1 }),
    plot.axisY({
      ...spec,
      tickSize: 0,
      tickPadding: 8,
      tickFormat: formatValue,
      label: title,
      labelArrow: 'none',
      fill: COLOURS.muted,
    }),
  ];
}

/** A time axis below, with round ticks. */
export function timeAxis(plot: Plot, ticks: TimeTicks): PlotModule.Markish[] {
  return [
    plot.axisX({
      ticks: ticks.at,
      tickFormat: ticks.label,
      tickSize: 5,
      tickPadding: 4,
      label: null,
      fill: COLOURS.muted,
      stroke: COLOURS.muted,
      lineHeight: 1.25,
    }),
  ];
}

/** Room that tick labels of a value axis need to its left. */
export function marginForValues(high: number): number {
  const widest = [high, high / 2, high / 4, high / 5].map((value) => estimateTextWidth(formatValue(value), FONT_SIZE));
  return Math.ceil(Math.max(...widest, 16)) + 14;
}
