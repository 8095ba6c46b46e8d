import { COLOURS } from '../palette.js';
import type { Markish, Plot } from '../plot.js';
import { formatValue } from '../text.js';

/** A horizontal bar; NaN is drawn as no bar and the word `unknown`. */
export interface Bar {
  readonly name: string;
  readonly value: number;
  readonly isBest: boolean;
  /** Where the value is written; at the bar's end when left out. */
  readonly labelAt?: number;
}

/** The names to the left, and bars in the colour of the best or of the others. */
export function barMarks(plot: Plot, bars: readonly Bar[]): Markish[] {
  return [
    plot.axisY({ tickSize: 0, tickPadding: 8, label: null, fill: COLOURS.ink }),
    plot.barX(bars, {
      x: (bar: Bar) => bar.value || 0,
      y: 'name',
      fill: (bar: Bar) => (bar.isBest ? COLOURS.best : COLOURS.other),
      fillOpacity: 0.9,
      rx2: 3,
    }),
  ];
}

/** The values, right of the bars; the best in bold. */
export function barLabels(plot: Plot, bars: readonly Bar[]): Markish[] {
  return [true, false].map((isBest) =>
    plot.text(
      bars.filter((bar) => bar.isBest === isBest),
      {
        x: (bar: Bar) => bar.labelAt ?? (bar.value || 0),
        y: 'name',
        text: (bar: Bar) => formatValue(bar.value),
        textAnchor: 'start',
        dx: 8,
        fontWeight: isBest ? 'bold' : 'normal',
        fill: COLOURS.ink,
      },
    ),
  );
}
