import type { JSX, RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useTheme, type Theme } from './theme.js';
import { useWidth } from './width.js';

/** A chart on a canvas. */
export interface LinePlotProps {
  readonly data: uPlot.AlignedData;
  /** All but width, height and cursor. */
  readonly options: (theme: Theme) => Omit<uPlot.Options, 'width' | 'height' | 'cursor'>;
  readonly height: number;
  readonly index: number | null;
  readonly onIndex: (index: number | null) => void;
  readonly plot: RefObject<uPlot | null>;
}

/** Draws a line chart, again when its data, the theme or its width change. */
export function LinePlot({ data, options, height, index, onIndex, plot }: LinePlotProps): JSX.Element {
  const frame = useRef<HTMLDivElement>(null);
  const theme = useTheme();
  const width = useWidth(frame);
  useEffect(() => {
    if (width === 0) return undefined;
    const { hooks = {}, ...rest } = options(theme);
    const drawn = new uPlot(
      {
        ...rest,
        ...{ width, height, legend: { show: false } },
        cursor: { y: false, drag: { x: false, y: false }, points: { size: 8 } },
        hooks: { ...hooks, setCursor: [({ cursor }) => onIndex(cursor.idx ?? null)] },
      },
      data,
      frame.current!,
    );
    plot.current = drawn;
    return () => {
      plot.current = null;
      drawn.destroy();
    };
  }, [data, theme, width, height]);
  useEffect(() => {
    const drawn = plot.current;
    if (drawn === null || drawn.cursor.idx === index) return;
    if (index === null) drawn.setCursor({ left: -10, top: -10 }, false);
    else drawn.setCursor({ left: drawn.valToPos(data[0][index]!, 'x'), top: height / 2 }, false);
  }, [index]);
  return <div ref={frame} class="canvas" style={{ height: `${height}px` }} />;
}

/** An axis in the page's style. */
export function axis(theme: Theme, rest: uPlot.Axis): uPlot.Axis {
  return {
    ...{ stroke: theme.muted, font: theme.font, labelFont: theme.font, gap: 6 },
    grid: { stroke: theme.grid, width: 1 },
    ticks: { show: false },
    ...rest,
  };
}
