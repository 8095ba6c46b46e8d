import { InputError } from '../base/index.js';
import { cellText, readBytes, scanRows, type CsvRow } from '../trace/index.js';

const LF = 10;

/**
 * Whether `evaluate`, `train` and `forecast` take a file as a binned series: its header has a `requests` column.
 *
 * @throws InputError when the file cannot be read or is empty
 */
export async function looksBinned(path: string): Promise<boolean> {
  if (await isNoCsv(path)) return false;
  const headers: string[][] = [];
  await scanRows(firstLine(path), path, (row) => headers.push(namesOf(row)));
  if (!headers[0]) throw new InputError(`${path}: is empty`);
  return headers[0].includes('requests');
}

/** Parquet and JSON lines hold traces only. */
async function isNoCsv(path: string): Promise<boolean> {
  for await (const chunk of readBytes(path)) return /^(PAR1|\ufeff?\s*\{)/.test(chunk.toString('utf8', 0, 64));
  return false;
}

/** The header's names. */
export function namesOf(row: CsvRow): string[] {
  return Array.from({ length: row.cells }, (_, cell) => cellText(row, cell).trim());
}

async function* firstLine(path: string): AsyncGenerator<Buffer> {
  for await (const chunk of readBytes(path)) {
    const end = chunk.indexOf(LF);
    yield end < 0 ? chunk : chunk.subarray(0, end);
    if (end >= 0) return;
  }
}
