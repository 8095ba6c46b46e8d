/**
 * The colours of every chart, as CSS variables: a chart's SVG names the variable, the page (or a standalone file) gives its
 * value for light and for dark.
 * @source M. Okabe and K. Ito, Color Universal Design (2008); lightened for dark backgrounds.
 */
export const COLOURS = {
  ink: 'var(--ink)',
  muted: 'var(--muted)',
  grid: 'var(--grid)',
  load: 'var(--blue)',
  forecast: 'var(--vermilion)',
  best: 'var(--green)',
  other: 'var(--slate)',
  shade: 'var(--shade)',
} as const;

/** Colours of roles, so that a role looks the same in every chart. */
export const ROLE_COLOURS: Readonly<Record<string, string>> = {
  prefill: 'var(--orange)',
  decode: 'var(--green)',
  serve: 'var(--purple)',
};

/** Colours of series that have no meaning of their own, in the order of use. */
export const SERIES_COLOURS = [
  'var(--vermilion)',
  'var(--blue)',
  'var(--green)',
  'var(--purple)',
  'var(--orange)',
  'var(--slate)',
] as const;

const LIGHT = `--page:#f5f6f8;--card:#ffffff;--ink:#1c2430;--muted:#5b6675;--grid:#e3e7ec;--shade:#e69f00;
--blue:#0072b2;--vermilion:#d55e00;--green:#009e73;--purple:#b0578d;--orange:#e69f00;--slate:#8a95a3;`;
const DARK = `--page:#11151b;--card:#191f28;--ink:#e8ecf1;--muted:#9daab9;--grid:#2c3541;--shade:#f0b429;
--blue:#56b4e9;--vermilion:#ff8a3d;--green:#2fc79a;--purple:#d98cbc;--orange:#f0b429;--slate:#7f8b9a;`;

/** CSS that gives the palette its values, light by default and dark where the reader's system asks for it; paper is light. */
export function paletteCss(selector: string): string {
  return `${selector}{color-scheme:light dark;${LIGHT}}
@media (prefers-color-scheme:dark){${selector}{${DARK}}}
@media print{${selector}{${LIGHT}--page:#ffffff;}}`;
}
