/** What a chart shows, as a table: screen readers and CSV have the same. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}

/** A chart's words: what it found, one sentence on how to read it, and its table. */
export interface Finding {
  /** The finding, not the topic. */
  readonly title: string;
  readonly sentence: string;
  readonly table: Table;
}

/** A big number beside an answer. */
export interface Tile {
  readonly label: string;
  readonly value: string;
  readonly note: string;
  /** Something to worry about. */
  readonly isWarning?: boolean;
}

/**
 * A table as CSV (RFC 4180), numbers with all their digits.
 *
 * @example csvOf({ columns: ['a', 'b'], rows: [['x, y', 1]] }) // => 'a,b\r\n"x, y",1\r\n'
 */
export function csvOf({ columns, rows }: Table): string {
  return [columns, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

function cell(value: string | number | null): string {
  const text = value === null ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
