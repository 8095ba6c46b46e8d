import { COLOURS } from './palette.js';
import type { Panel } from './plot.js';
import { FONT_SIZE } from './sizes.js';
import { estimateTextWidth, escapeText } from './text.js';

/** One line of a legend. */
export interface LegendItem {
  readonly label: string;
  readonly colour: string;
  /** `band` a pale area, `box` a full one, `ramp` pale to full, `line` a stroke, dashed when `dash` is given. */
  readonly kind: 'line' | 'band' | 'box' | 'ramp';
  readonly dash?: string;
}

const ROW_HEIGHT = 22;
const SWATCH = 22;

/**
 * Panels below each other (or where they are put), under one legend, as one SVG.
 *
 * @param alt what a reader hears who does not see the chart
 */
export function drawFrame(width: number, alt: string, legend: readonly LegendItem[], panels: readonly Panel[]): string {
  const { text, height: legendHeight } = drawLegend(legend, width);
  let y = legendHeight;
  let body = text;
  for (const panel of panels) {
    body += `<g transform="translate(0,${y})" text-anchor="middle">${panel.inner}</g>`;
    y += panel.height;
  }
  return wrap(width, y, alt, body);
}

/** A figure that says why there is nothing to see. */
export function drawEmpty(width: number, title: string): string {
  const text = `No data: ${title}`;
  const box = `<rect x="0.5" y="0.5" width="${width - 1}" height="119" rx="8" fill="none" stroke="${COLOURS.grid}" stroke-dasharray="6 4"/>`;
  return wrap(
    width,
    120,
    text,
    `${box}<text x="${width / 2}" y="64" text-anchor="middle" fill="${COLOURS.muted}">No data to draw</text>`,
  );
}

function wrap(width: number, height: number, alt: string, body: string): string {
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
    `role="img" aria-label="${escapeText(alt)}" font-family="system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif" ` +
    `font-size="${FONT_SIZE}" color="${COLOURS.ink}" fill="currentColor">${body}</svg>`
  );
}

function drawLegend(items: readonly LegendItem[], width: number): { text: string; height: number } {
  if (items.length === 0) return { text: '', height: 0 };
  let x = 0;
  let y = 0;
  let text = '';
  for (const item of items) {
    const needed = SWATCH + 8 + estimateTextWidth(item.label, FONT_SIZE);
    if (x > 0 && x + needed > width) {
      x = 0;
      y += ROW_HEIGHT;
    }
    text += `<g transform="translate(${Math.round(x)},${y})">${drawSwatch(item)}<text x="${SWATCH + 8}" y="13">${escapeText(item.label)}</text></g>`;
    x += needed + 22;
  }
  return { text, height: y + ROW_HEIGHT + 4 };
}

function drawSwatch({ kind, colour, dash }: LegendItem): string {
  if (kind === 'line') {
    const dashes = dash === undefined ? '' : ` stroke-dasharray="${dash}"`;
    return `<path d="M0,8.5H${SWATCH}" stroke="${colour}" stroke-width="2.5"${dashes}/>`;
  }
  if (kind === 'ramp') {
    const step = SWATCH / 4;
    return [0.15, 0.4, 0.7, 1]
      .map((o, i) => `<rect x="${i * step}" y="2" width="${step}" height="13" fill="${colour}" fill-opacity="${o}"/>`)
      .join('');
  }
  const opacity = kind === 'band' ? ' fill-opacity="0.28"' : '';
  return `<rect y="2" width="${SWATCH}" height="13" rx="3" fill="${colour}"${opacity}/>`;
}
