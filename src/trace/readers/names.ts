import { cellText } from './cells.js';
import type { CsvRow } from './csv-rows.js';

const MOST_NAMES = 256;

/** Numbers for the few names of a column (models, services), compared as bytes so that a known name makes no string. */
export interface NameCodes {
  readonly names: string[];
  readonly spellings: { bytes: Buffer; code: number }[];
}

/** No names yet. */
export function nameCodes(): NameCodes {
  return { names: [], spellings: [] };
}

/** Line breaks and the like, or a quote that opens a cell and is not closed at its end: a stray quote joined two rows. */
// eslint-disable-next-line no-control-regex -- these are the characters that no name has
const NO_NAME = /[\u0000-\u001f]|^"/;

/**
 * The number of the name in a cell; a new name takes the next number. -1 when there are 256 names already, and for what
 * cannot be a name: line breaks in it, text after a closing quote.
 *
 * @param nameOf turns the spelling of the file into the name to keep
 */
export function codeOf(codes: NameCodes, row: CsvRow, cell: number, nameOf: (text: string) => string): number {
  const start = row.starts[cell]!;
  const end = row.ends[cell]!;
  for (const { bytes, code } of codes.spellings) if (isSame(bytes, row.bytes, start, end)) return code;
  const text = cellText(row, cell);
  if (NO_NAME.test(text)) return -1;
  const name = nameOf(text);
  const known = codes.names.indexOf(name);
  if (known < 0 && codes.names.length === MOST_NAMES) return -1;
  const code = known < 0 ? codes.names.push(name) - 1 : known;
  codes.spellings.push({ bytes: Buffer.from(row.bytes.subarray(start, end)), code });
  return code;
}

function isSame(name: Buffer, bytes: Buffer, start: number, end: number): boolean {
  if (name.length !== end - start) return false;
  for (let i = 0; i < name.length; i++) if (name[i] !== bytes[start + i]) return false;
  return true;
}
