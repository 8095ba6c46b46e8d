import type { JSX } from 'preact';
import { useMemo, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import type { Answer } from '../../../../clients/typescript/src/index.js';
import { capacityFinding } from '../words/capacity.js';
import { percent, profileParts, several, split } from '../words/format.js';
import { Cursor } from './cursor.js';
import { Figure } from './figure.js';
import { axis, LinePlot } from './line-plot.js';
import { snapshotOfPlot } from './snapshot.js';
import type { Theme } from './theme.js';

type Capacity = Answer<'capacity'>;

/** Colours of profiles, in their order. */
export const PROFILE_COLOURS = ['--blue', '--vermilion', '--green', '--purple', '--orange', '--slate'] as const;

/** GPUs against attainment, a line for each profile. */
export function CapacityChart({ answer }: { readonly answer: Capacity }): JSX.Element {
  const plot = useRef<uPlot>(null);
  const [index, setIndex] = useState<number | null>(null);
  const data = useMemo(() => curvesOf(answer), [answer]);
  const sizes = data[0];
  const legend = answer.profiles.map(({ profile }, i) => {
    const { gpu, model } = profileParts(profile);
    return { name: `${gpu} · ${model}`, colour: PROFILE_COLOURS[i % PROFILE_COLOURS.length]! };
  });
  const finding = capacityFinding(answer);
  return (
    <Figure
      name="gpus-and-attainment"
      finding={finding}
      legend={legend.length > 1 ? legend : []}
      snapshot={() => Promise.resolve(snapshotOfPlot(plot.current!))}
    >
      <Cursor
        {...{ index, onIndex: setIndex, count: sizes.length, label: finding.title }}
        text={(at) => pointText(answer, sizes[at]!)}
      >
        <LinePlot
          {...{ data, plot, index, onIndex: setIndex, height: 300 }}
          options={(theme) => optionsOf(answer, theme)}
        />
      </Cursor>
    </Figure>
  );
}

function curvesOf({ profiles }: Capacity): uPlot.AlignedData {
  return uPlot.join(
    profiles.map(({ curve }) => [curve.map(({ gpus }) => gpus), curve.map(({ attainment }) => attainment)]),
  );
}

function pointText({ profiles }: Capacity, gpus: number): string {
  const parts = profiles.flatMap(({ profile, curve }) => {
    const point = curve.find((found) => found.gpus === gpus);
    if (point === undefined) return [];
    const { gpu, model } = profileParts(profile);
    const name = profiles.length > 1 ? `${gpu} ${model}, ` : '';
    return [`${name}${split(point.counts)}: ${percent(point.attainment)} within the SLO`];
  });
  return `${several(gpus, 'GPU')} · ${parts.join(' · ')}`;
}

function optionsOf({ profiles, slo, best }: Capacity, theme: Theme): Omit<uPlot.Options, 'width' | 'height'> {
  return {
    scales: { x: { time: false, range: (_plot, least, most) => [least - 0.5, most + 0.5] }, y: { range: [0, 1.04] } },
    axes: [
      axis(theme, { label: 'GPUs', labelSize: 22, size: 30, incrs: [1, 2, 5, 10], grid: { show: false } }),
      axis(theme, {
        ...{ size: 52, label: 'requests within the SLO', labelSize: 20, incrs: [0.25] },
        values: (_plot, values) => values.map((value) => (value > 1 ? '' : `${value * 100} %`)),
      }),
    ],
    series: [
      {},
      ...profiles.map(({ profile }, i) => ({
        ...{
          label: profile,
          stroke: theme.colour(PROFILE_COLOURS[i % PROFILE_COLOURS.length]!),
          width: 2,
          spanGaps: true,
        },
        points: { show: true, size: 8, fill: theme.card },
      })),
    ],
    hooks: {
      drawClear: [(plot) => target(plot, slo.attainment, theme)],
      draw: [(plot) => best && mark(plot, best.gpus, best.attainment ?? 0, theme)],
    },
  };
}

/** The wanted share, as a dashed line across. */
function target(plot: uPlot, share: number, theme: Theme): void {
  const { ctx, bbox } = plot;
  const y = Math.round(plot.valToPos(share, 'y', true));
  ctx.save();
  ctx.strokeStyle = theme.muted;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([5 * devicePixelRatio, 4 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.fillStyle = theme.muted;
  ctx.font = theme.font.replace('12px', `${12 * devicePixelRatio}px`);
  ctx.fillText(
    `wanted: ${Math.round(share * 1000) / 10} %`,
    bbox.left + 6 * devicePixelRatio,
    y + 16 * devicePixelRatio,
  );
  ctx.restore();
}

/** A ring around the choice. */
function mark(plot: uPlot, gpus: number, share: number, theme: Theme): void {
  const { ctx } = plot;
  ctx.save();
  ctx.strokeStyle = theme.colour('--green');
  ctx.lineWidth = 2.5 * devicePixelRatio;
  ctx.beginPath();
  ctx.arc(plot.valToPos(gpus, 'x', true), plot.valToPos(share, 'y', true), 9 * devicePixelRatio, 0, 2 * Math.PI);
  ctx.stroke();
  ctx.restore();
}
