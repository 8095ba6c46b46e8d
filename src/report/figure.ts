import { NARROW, WIDE, type ChartSize } from './sizes.js';

/** A chart in a report, drawn once for pages and once for phones. */
export interface Figure {
  readonly title?: string;
  readonly svg: string;
  /** The drawing that narrow screens show; `svg` serves both when it is left out. */
  readonly narrow?: string;
  readonly caption: string;
}

/** Every chart takes its data and a width and gives an SVG. */
export type Chart<T> = (data: T, size?: ChartSize) => Promise<string>;

/**
 * Draws a chart for both widths.
 *
 * @example await makeFigure(loadChart, { title: 'A week', grid, values, unit: 'requests' }, 'Requests of week 1.')
 */
export async function makeFigure<T extends { readonly title: string }>(
  chart: Chart<T>,
  data: T,
  caption: string,
): Promise<Figure> {
  return { title: data.title, svg: await chart(data, WIDE), narrow: await chart(data, NARROW), caption };
}
