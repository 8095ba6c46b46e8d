import { writeFile } from 'node:fs/promises';
import { InputError } from '../base/index.js';
import { frameOf, type FrameColumns } from './frame.js';

/** Ways to write a table, by the ending of its file's name. */
export const TABLE_ENDINGS = ['csv', 'json', 'xlsx'] as const;

/** How a table is written: one of TABLE_ENDINGS. */
export type TableEnding = (typeof TABLE_ENDINGS)[number];

/**
 * The ending of a path for a table.
 *
 * @throws InputError when it is none of TABLE_ENDINGS
 */
export function tableEnding(path: string, flag: string): TableEnding {
  const ending = TABLE_ENDINGS.find((known) => path.toLowerCase().endsWith(`.${known}`));
  if (ending !== undefined) return ending;
  throw new InputError(`${flag} must end in .csv, .json or .xlsx, got "${path}"`);
}

/**
 * Writes a table: Excel and JSON (a list of rows) by danfojs; CSV by our own writer, because danfojs never quotes. What is not known is
 * an empty cell, or null.
 *
 * @throws InputError when the path has no known ending or cannot be written
 */
export async function writeTable(columns: FrameColumns, path: string): Promise<void> {
  const ending = tableEnding(path, 'the file of a table');
  try {
    if (ending === 'csv') await writeFile(path, csvText(columns));
    else {
      await writeFile(path, ''); // danfojs hides why it cannot write
      const frame = await frameOf(columns);
      if (ending === 'json') frame.toJSON({ filePath: path, format: 'column' });
      else frame.toExcel({ filePath: path, sheetName: 'scores' });
    }
  } catch (cause) {
    if (!(cause instanceof Error) || !('code' in cause)) throw cause;
    throw new InputError(`${path}: cannot be written (${String(cause.code)})`, { cause });
  }
}

/**
 * A table as CSV (RFC 4180, lines end with a line feed): a cell with a comma, a quote or a line break stands in quotes, with quotes
 * doubled; NaN is an empty cell; numbers are written so that they read back the same.
 */
export function csvText(columns: FrameColumns): string {
  const names = Object.keys(columns);
  const rows = names.length === 0 ? 0 : columns[names[0]!]!.length;
  const lines = [names.map(csvCell).join(',')];
  for (let row = 0; row < rows; row++) lines.push(names.map((name) => csvCell(columns[name]![row]!)).join(','));
  return `${lines.join('\n')}\n`;
}

function csvCell(value: string | number): string {
  if (typeof value === 'number') return Number.isNaN(value) ? '' : String(value);
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
