import { rangeOf } from '../downsample.js';
import { drawEmpty, drawFrame } from '../frame.js';
import { COLOURS } from '../palette.js';
import { drawPanel, loadKit, marginForValues, valueAxis } from '../plot.js';
import { isNarrow, WIDE, type ChartSize } from '../sizes.js';
import { formatValue } from '../text.js';
import { lineLegend, lineStyle } from './line-styles.js';

/** Mean errors of some models by the hour of the day. */
export interface ErrorByHourData {
  readonly title: string;
  /** What the errors count, such as `requests per 10 min`. */
  readonly unit: string;
  /** Per model 24 mean absolute errors; NaN where nothing was scored in that hour. */
  readonly models: readonly { readonly name: string; readonly errors: ArrayLike<number> }[];
}

/** One line per model over the 24 hours; an hour without scored bins breaks it. */
export async function errorByHourChart(data: ErrorByHourData, size: ChartSize = WIDE): Promise<string> {
  const range = rangeOf(data.models.flatMap(({ errors }) => Array.from(errors)));
  if (!range) return drawEmpty(size.width, data.title);
  const kit = await loadKit();
  const { plot } = kit;
  const step = isNarrow(size) ? 6 : 3;
  const ticks = Array.from({ length: 24 / step + 1 }, (_, i) => i * step);
  const high = range.high > 0 ? range.high : 1;
  const panel = drawPanel(kit, {
    width: size.width,
    height: isNarrow(size) ? 220 : 250,
    marginTop: 30,
    marginBottom: 28,
    marginLeft: marginForValues(high),
    marginRight: 34,
    x: { domain: [0, 24] },
    y: { domain: [0, high * 1.06] },
    marks: [
      ...valueAxis(plot, `mean absolute error, ${data.unit}`),
      plot.axisX({ ticks, tickFormat: (hour: number) => `${hour}:00`, tickSize: 5, label: null, fill: COLOURS.muted }),
      ...data.models
        .map(({ errors }, i) => {
          const rows = Array.from(errors, (error, hour) => ({ at: hour + 0.5, error }));
          return plot.lineY(rows, { x: 'at', y: 'error', ...lineStyle(i) });
        })
        .reverse(),
    ],
  });
  const names = data.models.map(({ name }) => name);
  return drawFrame(size.width, altOf(data), lineLegend(names), [panel]);
}

function altOf(data: ErrorByHourData): string {
  const models = data.models.map(({ name, errors }) => {
    const known = Array.from(errors, (error, hour) => ({ error, hour })).filter(({ error }) => !Number.isNaN(error));
    if (known.length === 0) return `${name} unknown`;
    const worst = known.reduce((most, each) => (each.error > most.error ? each : most));
    return `${name} most at ${worst.hour}:00 with ${formatValue(worst.error)}`;
  });
  return `${data.title}. Lines of the mean absolute error by hour of the day: ${models.join('; ')}.`;
}
