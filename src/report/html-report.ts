import type { Figure } from './figure.js';
import { REPORT_CSS } from './style.js';
import { escapeText, formatValue } from './text.js';

/** A table; a number is printed with separators, NaN and null as a dash. */
export interface ReportTable {
  readonly caption?: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
  /** Index of the row that is marked as the best. */
  readonly bestRow?: number;
}

/** A figure of the top of the page: the few numbers that a reader takes away. */
export interface Highlight {
  readonly label: string;
  readonly value: string;
  readonly note?: string;
}

/** One part of a report: its text, then its figures, then its tables. */
export interface ReportSection {
  readonly heading: string;
  /** One paragraph, or several. */
  readonly text?: string | readonly string[];
  readonly figures?: readonly Figure[];
  readonly tables?: readonly ReportTable[];
}

/** Everything that a report says; all text is plain text. */
export interface Report {
  readonly title: string;
  readonly subtitle: string;
  readonly highlights?: readonly Highlight[];
  readonly sections: readonly ReportSection[];
  /** The last line: where the numbers come from. */
  readonly footer?: string;
}

/**
 * One HTML file that needs nothing else: no script, no font, no request. All text is escaped; only the figures' SVG, which
 * the chart functions made, goes in as it is.
 */
export function htmlReport(report: Report): string {
  const { title, subtitle, highlights = [], sections, footer } = report;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeText(title)}</title>
<style>
${REPORT_CSS}
</style>
</head>
<body>
<main>
<header>
<h1>${escapeText(title)}</h1>
<p class="subtitle">${escapeText(subtitle)}</p>
${navigation(sections)}${tiles(highlights)}</header>
${sections.map(section).join('')}${footer === undefined ? '' : `<footer>${escapeText(footer)}</footer>\n`}</main>
</body>
</html>
`;
}

function navigation(sections: readonly ReportSection[]): string {
  if (sections.length < 3) return '';
  const links = sections.map(({ heading }, i) => `<a href="#section-${i + 1}">${escapeText(heading)}</a>`);
  return `<nav aria-label="Sections">${links.join('\n')}</nav>\n`;
}

function tiles(highlights: readonly Highlight[]): string {
  if (highlights.length === 0) return '';
  const tile = ({ label, value, note }: Highlight): string =>
    `<div class="tile"><dt>${escapeText(label)}</dt><dd>${escapeText(value)}</dd>` +
    `${note === undefined ? '' : `<dd class="note">${escapeText(note)}</dd>`}</div>`;
  return `<dl class="tiles">\n${highlights.map(tile).join('\n')}\n</dl>\n`;
}

function section({ heading, text = [], figures = [], tables = [] }: ReportSection, index: number): string {
  const paragraphs = typeof text === 'string' ? [text] : text;
  return `<section id="section-${index + 1}">
<h2>${escapeText(heading)}</h2>
${paragraphs.map((paragraph) => `<p>${escapeText(paragraph)}</p>\n`).join('')}${figures.map(figure).join('')}${tables.map(table).join('')}</section>
`;
}

function figure({ title, svg, narrow, caption }: Figure): string {
  const heading = title === undefined ? '' : `<h3>${escapeText(title)}</h3>\n`;
  const drawing =
    narrow === undefined
      ? svg
      : `<div class="has-narrow"><div class="wide">${svg}</div>\n<div class="narrow">${narrow}</div></div>`;
  return `<figure>\n${heading}${drawing}\n<figcaption>${escapeText(caption)}</figcaption>\n</figure>\n`;
}

function table({ caption, header, rows, bestRow }: ReportTable, index: number): string {
  const isNumber = header.map(
    (_, column) =>
      rows.some((row) => isNumeric(row[column])) &&
      rows.every((row) => isNumeric(row[column]) || isUnknown(row[column])),
  );
  const cell = (tag: string, column: number, text: string): string =>
    `<${tag}${tag === 'th' ? ' scope="col"' : ''}${isNumber[column] ? ' class="number"' : ''}>${escapeText(text)}</${tag}>`;
  const body = rows.map((row, i) => {
    const cells = row.map((value, column) => cell('td', column, cellText(value))).join('');
    return `<tr${i === bestRow ? ' class="best"' : ''}>${cells}</tr>`;
  });
  const label = escapeText(caption ?? `Table ${index + 1}`);
  return `<div class="table" tabindex="0" role="region" aria-label="${label}"><table>
${caption === undefined ? '' : `<caption>${escapeText(caption)}</caption>\n`}<thead><tr>${header.map((text, column) => cell('th', column, text)).join('')}</tr></thead>
<tbody>
${body.join('\n')}
</tbody></table></div>
`;
}

type Cell = string | number | null | undefined;

function isUnknown(cell: Cell): boolean {
  return cell === null || cell === undefined || cell === '' || cell === '-' || Number.isNaN(cell);
}

/** A number, or text that starts as one: `1,234`, `-0.5`, `91.2 %`, `12 ms`. */
function isNumeric(cell: Cell): boolean {
  if (typeof cell === 'number') return !Number.isNaN(cell);
  return typeof cell === 'string' && /^[-+−]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?( ?(%|ms|s|x))?$/.test(cell);
}

function cellText(cell: Cell): string {
  if (cell === null || cell === undefined || Number.isNaN(cell)) return '-';
  return typeof cell === 'number' ? formatValue(cell) : cell;
}
