import { rangeOf, stepPoints } from '../downsample.js';
import { drawEmpty, drawFrame, type LegendItem } from '../frame.js';
import { COLOURS, ROLE_COLOURS, SERIES_COLOURS } from '../palette.js';
import { drawPanel, loadKit, marginForValues, timeAxis, valueAxis, type Panel } from '../plot.js';
import { isNarrow, WIDE, type ChartSize } from '../sizes.js';
import { formatValue, spellDuration } from '../text.js';
import { binStart, timeTicks, type TimeGrid } from '../time-axis.js';

/** Instances of one role over the steps of a plan. */
export interface PlanLane {
  /** `prefill`, `decode` or `serve`. */
  readonly role: string;
  /** Target instances per step; NaN = none planned. */
  readonly instances: ArrayLike<number>;
}

/** A plan beside the load it was made for; the steps are the grid's bins. */
export interface PlanChartData {
  readonly title: string;
  readonly grid: TimeGrid;
  readonly lanes: readonly PlanLane[];
  /** One value per step. */
  readonly load: ArrayLike<number>;
  /** What the load counts, such as `requests per second (P90)`. */
  readonly loadUnit: string;
}

type Kit = Awaited<ReturnType<typeof loadKit>>;

/** The load above, and below it one lane per role with its target instances step by step, on one time axis. */
export async function planChart(data: PlanChartData, size: ChartSize = WIDE): Promise<string> {
  const loadRange = rangeOf(data.load);
  const lanesRange = rangeOf(data.lanes.flatMap(({ instances }) => Array.from(instances)));
  if (!loadRange || !lanesRange) return drawEmpty(size.width, data.title);
  const kit = await loadKit();
  const marginLeft = Math.max(marginForValues(loadRange.high), marginForValues(lanesRange.high));
  const steps = Math.max(data.load.length, ...data.lanes.map(({ instances }) => instances.length));
  const lane = (values: ArrayLike<number>, title: string, colour: string, isLast: boolean): Panel =>
    drawLane(kit, { data, size, values, title, colour, isLast, marginLeft, steps });
  const panels = [
    lane(data.load, data.loadUnit, COLOURS.load, false),
    ...data.lanes.map(({ role, instances }, i) =>
      lane(instances, `${role} instances`, colourOf(role, i), i === data.lanes.length - 1),
    ),
  ];
  const legend: LegendItem[] = [
    { label: 'load', colour: COLOURS.load, kind: 'box' },
    ...data.lanes.map(({ role }, i): LegendItem => ({ label: role, colour: colourOf(role, i), kind: 'box' })),
  ];
  return drawFrame(size.width, altOf(data, steps), legend, panels);
}

function colourOf(role: string, index: number): string {
  return ROLE_COLOURS[role] ?? SERIES_COLOURS[index % SERIES_COLOURS.length]!;
}

interface Lane {
  readonly data: PlanChartData;
  readonly size: ChartSize;
  readonly values: ArrayLike<number>;
  readonly title: string;
  readonly colour: string;
  readonly isLast: boolean;
  readonly marginLeft: number;
  readonly steps: number;
}

function drawLane(kit: Kit, { data, size, values, title, colour, isLast, marginLeft, steps }: Lane): Panel {
  const { plot } = kit;
  const rows = stepPoints(values).map(([index, value]) => ({ at: binStart(data.grid, index), value }));
  const high = Math.max(rangeOf(values)?.high ?? 1, 1e-9);
  const isCount = title !== data.loadUnit;
  const [from, to] = [binStart(data.grid, 0), binStart(data.grid, steps)];
  const curve = 'step-after' as const;
  return drawPanel(kit, {
    width: size.width,
    height: (isCount ? 124 : 160) + (isLast ? 26 : 0),
    marginTop: 30,
    marginBottom: isLast ? 44 : 18,
    marginLeft,
    marginRight: 34,
    x: { domain: [from, to] },
    y: { domain: [0, high * 1.08] },
    marks: [
      ...valueAxis(plot, title, isCount ? wholeTicks(high) : 4),
      ...(isLast
        ? timeAxis(plot, timeTicks(data.grid, from, to, isNarrow(size) ? 4 : 9))
        : [plot.axisX({ ticks: [], label: null })]),
      plot.areaY(rows, { x: 'at', y: 'value', curve, fill: colour, fillOpacity: 0.28 }),
      plot.lineY(rows, { x: 'at', y: 'value', curve, stroke: colour, strokeWidth: 2 }),
    ],
  });
}

/** At most six whole numbers from 0 up to `high`. */
function wholeTicks(high: number): number[] {
  const step = Math.max(1, Math.ceil(high / 5));
  return Array.from({ length: Math.floor(high / step) + 1 }, (_, i) => i * step);
}

function altOf(data: PlanChartData, steps: number): string {
  const roles = data.lanes.map(({ role, instances }) => {
    const range = rangeOf(instances);
    return range ? `${role} ${formatValue(range.low)} to ${formatValue(range.high)}` : `${role} unknown`;
  });
  return `${data.title}. Step chart of a plan of ${steps} steps of ${spellDuration(data.grid.binSeconds)} beside the load; instances: ${roles.join(', ')}.`;
}
