import { SERIES_COLOURS } from '../palette.js';
import type { LegendItem } from '../frame.js';

const DASHES = [undefined, '7 3', '2 3', '10 3 2 3', '5 2', '1 2'] as const;

/** How line number `index` of several is drawn: a colour and a dash of its own, the first one bold. */
export function lineStyle(index: number): { stroke: string; strokeWidth: number; strokeDasharray?: string } {
  const dash = DASHES[index % DASHES.length];
  const stroke = SERIES_COLOURS[index % SERIES_COLOURS.length]!;
  return { stroke, strokeWidth: index === 0 ? 2.4 : 1.8, ...(dash === undefined ? {} : { strokeDasharray: dash }) };
}

/** The legend of lines drawn with `lineStyle`, in their order. */
export function lineLegend(names: readonly string[]): LegendItem[] {
  return names.map((label, index): LegendItem => {
    const { stroke, strokeDasharray: dash } = lineStyle(index);
    return { label, colour: stroke, kind: 'line', ...(dash === undefined ? {} : { dash }) };
  });
}
