import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { Answer } from '../../../../clients/typescript/src/index.js';
import { snapshotOfSvg } from '../export/picture.js';
import { cellText, goodputFinding, type Configuration } from '../words/goodput.js';
import { Cursor } from './cursor.js';
import { Figure } from './figure.js';
import { useWidth } from './width.js';

type Goodput = Answer<'goodput'>;

const LEFT = 58;
const GAP = 3;
const MOST_CELL = 92;
const FOOT = 40;

/** A cell's place: prefill instances across and decode ones up; colocated ones lie in the row of no decode. */
interface Cell {
  readonly found: Configuration;
  readonly x: number;
  readonly y: number;
}

/** Goodput per GPU over prefill and decode instances. */
export function HeatMap({ answer }: { readonly answer: Goodput }): JSX.Element {
  const frame = useRef<HTMLDivElement>(null);
  const svg = useRef<SVGSVGElement>(null);
  const width = useWidth(frame);
  const [index, setIndex] = useState<number | null>(null);
  const cells = cellsOf(answer);
  const finding = goodputFinding(answer);
  return (
    <Figure name="goodput" finding={finding} snapshot={() => snapshotOfSvg(svg.current!)}>
      <Cursor
        {...{ index, onIndex: setIndex, count: cells.length, label: finding.title }}
        text={(at) => cellText(cells[at]!.found)}
        onKey={(at, key) => neighbour(cells, at, key)}
      >
        <div ref={frame}>
          {width > 0 && <Map {...{ cells, width, index, svg, onIndex: setIndex }} best={answer.best} />}
        </div>
      </Cursor>
    </Figure>
  );
}

function cellsOf({ configurations }: Goodput): Cell[] {
  return configurations
    .map((found) => ({ found, x: found.prefill ?? found.serve ?? 0, y: found.decode ?? 0 }))
    .sort((a, b) => b.y - a.y || a.x - b.x);
}

const STEPS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

/** The cell that an arrow key leads to; the first one from nowhere, the same one at an edge. */
function neighbour(cells: readonly Cell[], at: number, key: string): number | null {
  const step = STEPS[key];
  if (step === undefined) return key === 'Home' ? 0 : key === 'End' ? cells.length - 1 : null;
  const from = cells[at];
  if (from === undefined) return 0;
  const next = cells.findIndex(({ x, y }) => x === from.x + step[0] && y === from.y + step[1]);
  return next < 0 ? at : next;
}

interface MapProps {
  readonly cells: readonly Cell[];
  readonly width: number;
  readonly index: number | null;
  readonly best: Configuration | null;
  readonly svg: { current: SVGSVGElement | null };
  readonly onIndex: (index: number) => void;
}

function Map({ cells, width, index, best, svg, onIndex }: MapProps): JSX.Element {
  const across = Math.max(...cells.map(({ x }) => x));
  const up = Math.max(...cells.map(({ y }) => y));
  const cell = Math.min(MOST_CELL, (width - LEFT) / across);
  const tall = Math.max(22, Math.min(40, cell));
  const most = Math.max(...cells.map(({ found }) => found.goodputPerGpu), 1e-9);
  const strip = up * tall + FOOT;
  const place = ({ x, y }: Cell): { x: number; y: number; width: number; height: number } => ({
    ...{ x: LEFT + (x - 1) * cell + GAP / 2, y: (y === 0 ? strip : (up - y) * tall) + GAP / 2 },
    ...{ width: cell - GAP, height: tall - GAP },
  });
  return (
    <svg
      ref={svg}
      class="heat"
      height={strip + tall + 24}
      viewBox={`0 0 ${width} ${strip + tall + 24}`}
      aria-hidden="true"
    >
      {cells.map((found, i) => (
        <rect
          {...place(found)}
          rx="4"
          class={i === index ? 'cell is-at' : 'cell'}
          style={{ fill: shade(found.found.goodputPerGpu / most) }}
          onPointerEnter={() => onIndex(i)}
        />
      ))}
      {cells.map(({ found }, i) => {
        const { x, y, width: wide, height } = place(cells[i]!);
        const isBest = best !== null && cellText(found) === cellText(best);
        return (
          <>
            {isBest && <rect {...{ x, y, width: wide, height }} rx="4" class="ring" />}
            {cell >= 34 && (
              <text x={x + wide / 2} y={y + height / 2 + 4} class="value">
                {perGpu(found)}
              </text>
            )}
          </>
        );
      })}
      <Labels {...{ across, up, cell, tall, strip }} />
    </svg>
  );
}

function perGpu({ goodputPerGpu }: Configuration): string {
  return goodputPerGpu.toFixed(goodputPerGpu < 99.95 ? 1 : 0);
}

function shade(part: number): string {
  return `color-mix(in oklab, var(--blue) ${Math.round(3 + 55 * part)}%, var(--card))`;
}

function Labels(props: {
  readonly across: number;
  readonly up: number;
  readonly cell: number;
  readonly tall: number;
  readonly strip: number;
}): JSX.Element {
  const { across, up, cell, tall, strip } = props;
  const middle = (x: number): number => LEFT + (x - 0.5) * cell;
  const columns = Array.from({ length: across }, (_, i) => i + 1);
  const every = cell >= 20 ? 1 : 2;
  return (
    <g class="axis">
      {columns.slice(0, up).map((y) => (
        <text x={LEFT - 8} y={(up - y + 0.5) * tall + 4} text-anchor="end">
          {y === up ? `${y} decode` : y}
        </text>
      ))}
      {up > 0 &&
        columns.slice(0, up).map((x) => (
          <text x={middle(x)} y={up * tall + 16} text-anchor="middle">
            {x % every === 0 || x === 1 ? x : ''}
          </text>
        ))}
      {up > 0 && (
        <text x={LEFT + up * cell + 4} y={up * tall + 16}>
          prefill
        </text>
      )}
      <text x={LEFT - 8} y={strip + tall / 2 + 4} text-anchor="end">
        together
      </text>
      {columns.map((x) => (
        <text x={middle(x)} y={strip + tall + 16} text-anchor="middle">
          {x % every === 0 || x === 1 ? x : ''}
        </text>
      ))}
    </g>
  );
}
