import { writeFile } from 'node:fs/promises';
import { InputError } from '../base/index.js';

/**
 * Writes a text file that a flag asked for.
 *
 * @throws InputError when it cannot be written
 */
export async function writeText(path: string, text: string): Promise<void> {
  await writeFile(path, text).catch((cause: unknown) => {
    throw new InputError(`${path}: cannot be written (${String((cause as NodeJS.ErrnoException).code)})`, { cause });
  });
}

/** Writes one JSON document on stdout; its `schema` is `foresail.<command>/1`. */
export function printJson(command: string, document: object): void {
  const text = JSON.stringify({ schema: `foresail.${command}/1`, ...document }, plainNumbers, 2);
  process.stdout.write(`${text}\n`);
}

function plainNumbers(_key: string, value: unknown): unknown {
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return Array.from(value as Float64Array);
  return value;
}

/** Writes a line for people on stdout. */
export function print(line = ''): void {
  process.stdout.write(`${line}\n`);
}

/**
 * A table for people: the first column to the left, the others to the right, columns two blanks apart.
 *
 * @param rows cells as text, each row as long as `header`
 */
export function formatTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  ')
      .trimEnd();
  return [line(header), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

/** A number with at most three significant decimals, `-` when it is not known. */
export function formatNumber(value: number | null | undefined, decimals = 3): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '-';
  return value.toLocaleString('en-US', { maximumFractionDigits: decimals, minimumFractionDigits: decimals });
}

/** A count with thousands separators. */
export function formatCount(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 0 });
}

/** Breaks a text at its blanks, but not before a percent sign, into lines of at most `columns` characters; a longer word stands alone. */
export function wrapWords(text: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/ (?!%)/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= columns) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
