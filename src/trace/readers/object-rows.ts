import type { CsvRow } from './csv-rows.js';

const MOST_CELLS = 4096;

/**
 * Makes rows of named values look as rows of CSV, so that one set of rules reads and refuses both. What an object leaves out, and lists
 * and objects, are empty cells.
 *
 * @param header names of the cells
 */
export function objectRows(
  header: readonly string[],
): (object: Readonly<Record<string, unknown>>, line: number) => CsvRow {
  const row: CsvRow = {
    bytes: Buffer.alloc(1 << 12),
    starts: new Int32Array(MOST_CELLS),
    ends: new Int32Array(MOST_CELLS),
    cells: header.length,
    line: 0,
    lines: 1,
    quoted: false,
  };
  return (object, line) => {
    const texts = header.map((name) => textOf(object[name]));
    const most = texts.reduce((sum, text) => sum + 3 * text.length, 0);
    if (row.bytes.length < most) row.bytes = Buffer.alloc(2 * most);
    let at = 0;
    texts.forEach((text, cell) => {
      row.starts[cell] = at;
      at += row.bytes.write(text, at);
      row.ends[cell] = at;
    });
    row.line = line;
    return row;
  };
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean' ? String(value) : '';
}
