import type uPlot from 'uplot';
import type { Snapshot } from '../export/picture.js';

/** A canvas chart as it stands. */
export function snapshotOfPlot({ ctx, width, height }: uPlot): Snapshot {
  return { image: ctx.canvas, width, height };
}
