import { paletteCss } from './palette.js';

/**
 * A chart as a file of its own (a picture in a README): with its palette, its background and a small margin.
 *
 * @param svg what a chart function gives
 */
export function standaloneSvg(svg: string): string {
  const [, width, height] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg) ?? [];
  if (width === undefined || height === undefined) throw new TypeError('Cannot make a file: this is no chart');
  const margin = 20;
  const [outerWidth, outerHeight] = [Number(width) + 2 * margin, Number(height) + 2 * margin];
  const inner = svg.replace('<svg ', `<svg x="${margin}" y="${margin}" `);
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${outerWidth} ${outerHeight}" width="${outerWidth}" height="${outerHeight}">` +
    `<style>${paletteCss(':root')}</style>` +
    `<rect width="100%" height="100%" rx="10" fill="var(--card)"/>${inner}</svg>\n`
  );
}
