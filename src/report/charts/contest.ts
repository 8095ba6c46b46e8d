import { downsample, rangeOf, stepPoints } from '../downsample.js';
import { drawEmpty, drawFrame, type LegendItem } from '../frame.js';
import { COLOURS, SERIES_COLOURS } from '../palette.js';
import { drawPanel, loadKit, marginForValues, timeAxis, valueAxis, type Panel, type Markish } from '../plot.js';
import { isNarrow, WIDE, type ChartSize } from '../sizes.js';
import { formatValue } from '../text.js';
import { binStart, timeTicks, type TimeGrid } from '../time-axis.js';

/** What one policy did over the hours of a contest. */
export interface PolicyCourse {
  readonly name: string;
  /** Provisioned GPUs per bin: starting, ready and draining ones. */
  readonly gpus: ArrayLike<number>;
  /** SLO attainment per bin of `attainmentGrid`, [0, 1]; NaN where no request arrived. */
  readonly attainment: ArrayLike<number>;
}

/** Policies on the same arrivals. */
export interface ContestChartData {
  readonly title: string;
  /** The bins of `gpus`. */
  readonly gpuGrid: TimeGrid;
  /** The bins of `attainment`. */
  readonly attainmentGrid: TimeGrid;
  readonly policies: readonly PolicyCourse[];
  /** The attainment that the SLO asks for, drawn as a rule. */
  readonly target?: number;
}

const DASHES = [undefined, '7 3', '2 3', '10 3 2 3'] as const;
type Kit = Awaited<ReturnType<typeof loadKit>>;

/** Provisioned GPUs over time as step lines above, and the attainment of each policy below; one line style per policy. */
export async function contestChart(data: ContestChartData, size: ChartSize = WIDE): Promise<string> {
  const gpuRange = rangeOf(data.policies.flatMap(({ gpus }) => Array.from(gpus)));
  if (!gpuRange) return drawEmpty(size.width, data.title);
  const kit = await loadKit();
  const bins = Math.max(...data.policies.map(({ gpus }) => gpus.length));
  const [from, to] = [binStart(data.gpuGrid, 0), binStart(data.gpuGrid, bins)];
  const marginLeft = Math.max(marginForValues(gpuRange.high), marginForValues(100));
  const common = { width: size.width, marginTop: 30, marginLeft, marginRight: 34, x: { domain: [from, to] } };
  const ticks = timeTicks(data.gpuGrid, from, to, isNarrow(size) ? 4 : 9);
  const { plot } = kit;
  const gpus: Panel = drawPanel(kit, {
    ...common,
    height: isNarrow(size) ? 190 : 220,
    marginBottom: 20,
    y: { domain: [0, gpuRange.high * 1.06] },
    marks: [
      ...valueAxis(plot, 'provisioned GPUs'),
      plot.axisX({ ticks: [], label: null }),
      ...data.policies.map((policy, i) => gpuLine(kit, data.gpuGrid, policy, i)).reverse(),
    ],
  });
  const attainment: Panel = drawPanel(kit, {
    ...common,
    height: isNarrow(size) ? 200 : 220,
    marginBottom: 12 + 16 * ticks.lines,
    y: { domain: [0, 102] },
    marks: [
      ...valueAxis(plot, 'requests within the SLO, %', [0, 25, 50, 75, 100]),
      ...timeAxis(plot, ticks),
      ...(data.target === undefined
        ? []
        : [plot.ruleY([data.target * 100], { stroke: COLOURS.muted, strokeDasharray: '4 3' })]),
      ...data.policies.map((policy, i) => attainmentLine(kit, data.attainmentGrid, policy, i, size)).reverse(),
    ],
  });
  return drawFrame(size.width, altOf(data), legendOf(data), [gpus, attainment]);
}

function styleOf(index: number): { stroke: string; strokeWidth: number; strokeDasharray?: string } {
  const dash = DASHES[index % DASHES.length];
  const stroke = SERIES_COLOURS[index % SERIES_COLOURS.length]!;
  return { stroke, strokeWidth: index === 0 ? 2.4 : 1.8, ...(dash === undefined ? {} : { strokeDasharray: dash }) };
}

function gpuLine({ plot }: Kit, grid: TimeGrid, { gpus }: PolicyCourse, index: number): Markish {
  const rows = stepPoints(gpus).map(([bin, value]) => ({ at: binStart(grid, bin), value }));
  return plot.lineY(rows, { x: 'at', y: 'value', curve: 'step-after', ...styleOf(index) });
}

function attainmentLine({ plot }: Kit, grid: TimeGrid, policy: PolicyCourse, index: number, size: ChartSize): Markish {
  const joined = downsample(policy.attainment, size.width * 0.5);
  const rows = joined.mean.map((value, i) => ({ at: binStart(grid, (i + 0.5) * joined.factor), value: value * 100 }));
  return plot.lineY(rows, { x: 'at', y: 'value', ...styleOf(index) });
}

function legendOf(data: ContestChartData): LegendItem[] {
  const policies = data.policies.map(({ name }, i): LegendItem => {
    const { stroke, strokeDasharray } = styleOf(i);
    return {
      label: name,
      colour: stroke,
      kind: 'line',
      ...(strokeDasharray === undefined ? {} : { dash: strokeDasharray }),
    };
  });
  if (data.target === undefined) return policies;
  const label = `SLO target, ${formatValue(data.target * 100)} %`;
  return [...policies, { label, colour: COLOURS.muted, kind: 'line', dash: '4 3' }];
}

function altOf(data: ContestChartData): string {
  const policies = data.policies.map(({ name, gpus }) => {
    const range = rangeOf(gpus);
    return range ? `${name} ${formatValue(range.low)} to ${formatValue(range.high)} GPUs` : `${name} unknown`;
  });
  return `${data.title}. Lines over time of provisioned GPUs and of the share of requests within the SLO, per policy: ${policies.join('; ')}.`;
}
