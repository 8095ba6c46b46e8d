import type { JSX, TargetedPointerEvent } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { snapshotOfSvg } from '../export/picture.js';
import { gpusOf, moment, rate, split, type Counts } from '../words/format.js';
import { countsAt, type Lane } from '../words/lanes.js';
import type { Finding } from '../words/table.js';
import { Cursor } from './cursor.js';
import { Figure } from './figure.js';
import { tickText, timeTicks } from './time-axis.js';
import { useWidth } from './width.js';

/** Lanes over one stretch of time, and the load above them where it is known. */
export interface LanesProps {
  readonly name: string;
  readonly finding: Finding;
  readonly lanes: readonly Lane[];
  /** Start of each step; the last one is as long as the others. */
  readonly at: readonly number[];
  readonly startEpochSeconds: number | null;
  /** Expected rate and the one to be ready for, of each step. */
  readonly load?: readonly { readonly expectedRate: number; readonly plannedRate: number }[];
}

const ROLES = [
  ['decode', '--green', 'decode'],
  ['prefill', '--orange', 'prefill'],
  ['serve', '--purple', 'colocated'],
] as const;
const LEFT = 30;
const HEAD = 46;
const TALL = 62;
const GAP = 14;
const FOOT = 24;

/** GPUs by role over time, one lane for each way of running. */
export function Lanes(props: LanesProps): JSX.Element {
  const { name, finding, lanes, at, startEpochSeconds, load } = props;
  const frame = useRef<HTMLDivElement>(null);
  const svg = useRef<SVGSVGElement>(null);
  const width = useWidth(frame);
  const [index, setIndex] = useState<number | null>(null);
  const used = ROLES.filter(([role]) => lanes.some(({ steps }) => steps.some((step) => step[role] !== undefined)));
  const textAt = (i: number): string => {
    const rates = load?.[i];
    const words = lanes.map((lane) => `${lane.name}: ${split(countsAt(lane, at[i]!))}`);
    const loads =
      rates === undefined ? [] : [`${rate(rates.expectedRate)} expected, ${rate(rates.plannedRate)} planned for`];
    return [moment(at[i]!, startEpochSeconds), ...loads, ...words].join(' · ');
  };
  return (
    <Figure
      {...{ name, finding }}
      legend={used.map(([, colour, text]) => ({ name: text, colour }))}
      snapshot={() => snapshotOfSvg(svg.current!)}
    >
      <Cursor {...{ index, onIndex: setIndex, count: at.length, label: finding.title, text: textAt }}>
        <div ref={frame}>{width > 0 && <Drawing {...props} {...{ svg, width, index }} onIndex={setIndex} />}</div>
      </Cursor>
    </Figure>
  );
}

interface DrawingProps extends LanesProps {
  readonly svg: { current: SVGSVGElement | null };
  readonly width: number;
  readonly index: number | null;
  readonly onIndex: (index: number) => void;
}

function Drawing(props: DrawingProps): JSX.Element {
  const { lanes, at, startEpochSeconds, load, svg, width, index, onIndex } = props;
  const step = at.length > 1 ? at[1]! - at[0]! : 60;
  const [from, to] = [at[0]!, at.at(-1)! + step];
  const x = (seconds: number): number => LEFT + ((seconds - from) / (to - from)) * (width - LEFT);
  const most = Math.max(...lanes.flatMap(({ steps }) => steps.map(gpusOf)), 1);
  const each = HEAD + TALL + GAP;
  const top = load === undefined ? 0 : each;
  const height = top + lanes.length * each + FOOT;
  const point = (event: TargetedPointerEvent<SVGSVGElement>): void => {
    const { left } = event.currentTarget.getBoundingClientRect();
    const seconds = from + ((event.clientX - left - LEFT) / (width - LEFT)) * (to - from);
    onIndex(Math.max(0, Math.min(at.length - 1, Math.floor((seconds - from) / step))));
  };
  return (
    <svg
      ref={svg}
      class="lanes"
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      aria-hidden="true"
      onPointerMove={point}
    >
      {load !== undefined && <LoadLane {...{ load, at, step, x, width }} />}
      {lanes.map((lane, i) => (
        <g transform={`translate(0 ${top + i * each})`}>
          <LaneShape {...{ lane, x, from, to, most, width }} />
        </g>
      ))}
      {timeTicks(from, to, (width - LEFT) / 70, startEpochSeconds).map((tick) => (
        <text class="axis" x={x(tick)} y={height - 6} text-anchor={x(tick) > width - 20 ? 'end' : 'middle'}>
          {tickText(tick, startEpochSeconds)}
        </text>
      ))}
      {index !== null && (
        <line class="cursor" x1={x(at[index]! + step / 2)} x2={x(at[index]! + step / 2)} y1={0} y2={height - FOOT} />
      )}
    </svg>
  );
}

interface LaneShapeProps {
  readonly lane: Lane;
  readonly x: (seconds: number) => number;
  readonly from: number;
  readonly to: number;
  readonly most: number;
  readonly width: number;
}

function LaneShape({ lane, x, from, to, most, width }: LaneShapeProps): JSX.Element {
  const bottom = HEAD + TALL;
  const y = (gpus: number): number => bottom - (gpus / most) * TALL;
  const steps = changesOf(lane.steps).filter(({ atSeconds }) => atSeconds < to);
  return (
    <>
      <Head name={lane.name} note={lane.note} />
      {[most, most / 2].filter(Number.isInteger).map((gpus) => (
        <>
          <line class="grid" x1={LEFT} x2={width} y1={y(gpus)} y2={y(gpus)} />
          <text class="axis" x={LEFT - 6} y={y(gpus) + 4} text-anchor="end">
            {gpus}
          </text>
        </>
      ))}
      {steps.map((step, i) => {
        const start = x(Math.max(from, step.atSeconds));
        const wide = x(steps[i + 1]?.atSeconds ?? to) - start;
        return stacked(step).map(({ colour, below, count }) => (
          <rect
            {...{ x: start, y: y(below + count), width: Math.max(0, wide), height: (count / most) * TALL }}
            style={{ fill: `var(${colour})` }}
          />
        ));
      })}
      <line class="ground" x1={LEFT} x2={width} y1={bottom} y2={bottom} />
    </>
  );
}

/** Steps that hold the same as the one before are left out. */
function changesOf(steps: Lane['steps']): Lane['steps'] {
  return steps.filter((step, i) => i === 0 || split(step) !== split(steps[i - 1]!));
}

function stacked(counts: Counts): { colour: string; below: number; count: number }[] {
  let below = 0;
  return ROLES.flatMap(([role, colour]) => {
    const count = counts[role] ?? 0;
    below += count;
    return count === 0 ? [] : [{ colour, below: below - count, count }];
  });
}

function Head({ name, note }: { readonly name: string; readonly note: string }): JSX.Element {
  return (
    <>
      <text class="lane-name" x={0} y={13}>
        {name}
      </text>
      <text class="lane-note" x={0} y={30}>
        {note}
      </text>
    </>
  );
}

function LoadLane(props: {
  readonly load: NonNullable<LanesProps['load']>;
  readonly at: readonly number[];
  readonly step: number;
  readonly x: (seconds: number) => number;
  readonly width: number;
}): JSX.Element {
  const { load, at, step, x, width } = props;
  const most = Math.max(...load.map(({ plannedRate }) => plannedRate), 1e-9);
  const bottom = HEAD + TALL;
  const y = (value: number): number => bottom - (value / most) * TALL;
  const line = (values: readonly number[]): string =>
    values
      .map((value, i) => `${i === 0 ? 'M' : 'L'}${x(at[i]! + step / 2).toFixed(1)} ${y(value).toFixed(1)}`)
      .join('');
  const planned = line(load.map(({ plannedRate }) => plannedRate));
  const expected = load.map(({ expectedRate }) => expectedRate);
  const back = line(expected).replace(/^M/, 'L').split('L').filter(Boolean).reverse().join('L');
  return (
    <>
      <Head name="The load" note={`up to ${rate(most)} to be ready for; the line is what is expected`} />
      <path class="load-band" d={`${planned}L${back}Z`} />
      <path class="load-line" d={line(expected)} />
      <text class="axis" x={LEFT - 6} y={y(most) + 8} text-anchor="end">
        {Math.round(most)}
      </text>
      <line class="ground" x1={LEFT} x2={width} y1={bottom} y2={bottom} />
    </>
  );
}
