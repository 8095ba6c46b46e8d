/** How wide a chart is drawn, in pixels; text keeps its size, so a narrow chart is another drawing, not a smaller one. */
export interface ChartSize {
  readonly width: number;
}

/** The page's drawing. */
export const WIDE: ChartSize = { width: 880 };
/** The phone's drawing. */
export const NARROW: ChartSize = { width: 380 };

/** Letters of every chart, pixels. */
export const FONT_SIZE = 13;

/** Whether a chart of this width has to do with little room. */
export function isNarrow(size: ChartSize): boolean {
  return size.width < 560;
}
