import { formatDuration } from '../base/index.js';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text made safe for HTML and SVG, between tags and in quoted attributes. */
export function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/** A number for people, with thousands separators and about three digits that matter; `unknown` for NaN. */
export function formatValue(value: number): string {
  if (Number.isNaN(value)) return 'unknown';
  const size = Math.abs(value);
  const decimals = size >= 100 || Number.isInteger(value) ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  return value.toLocaleString('en-US', { maximumFractionDigits: decimals });
}

/** About how wide a text is in a system font, in pixels: enough to lay out legends and margins without a browser. */
export function estimateTextWidth(text: string, fontSize: number): number {
  let em = 0;
  for (const character of text)
    em += /[iljtfr.,:;'|! ]/.test(character) ? 0.36 : /[mwMW@%]/.test(character) ? 0.92 : 0.62;
  return em * fontSize;
}

const BIN_NAMES: Readonly<Record<number, string>> = {
  1: 'second',
  60: 'minute',
  3600: 'hour',
  86400: 'day',
  604800: 'week',
};

/** A unit over the width of a bin: `requests per minute`, `requests per 10 min`. */
export function unitPerBin(unit: string, binSeconds: number): string {
  return `${unit} per ${BIN_NAMES[binSeconds] ?? spellDuration(binSeconds)}`;
}

/** A duration with its unit in words: `10 min`, `2 h`. */
export function spellDuration(seconds: number): string {
  const words: Readonly<Record<string, string>> = { ms: 'ms', s: 's', m: 'min', h: 'h', d: 'd', w: 'weeks' };
  return formatDuration(seconds).replace(
    /^([\d.]+)([a-z]+)$/,
    (_, count: string, unit: string) => `${count} ${words[unit]!}`,
  );
}

/** Breaks a text at its spaces into lines of at most about `width` pixels; a longer word stands alone. */
export function wrapText(text: string, width: number, fontSize: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = lines.length === 0 ? word : `${lines[lines.length - 1]!} ${word}`;
    if (lines.length > 0 && estimateTextWidth(longer, fontSize) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
