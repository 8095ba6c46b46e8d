import { InputError } from '../../base/index.js';
import type { CsvRow } from './csv-rows.js';
import { objectRows } from './object-rows.js';

const LF = 10;
const MOST_LINE_BYTES = 1 << 24;

/**
 * Hands every object of a JSON-lines file to `onRow` as a row of cells; the first object's names are the header, which comes as
 * the first row. Lists and objects among the values (Mooncake's `hash_ids`) are
 * empty cells.
 *
 * @param path for messages
 * @param onBad told of a line that is no object; the rest is read on
 * @throws InputError when a line is longer than 16 MiB
 */
export async function scanJsonLines(
  chunks: AsyncIterable<Buffer>,
  path: string,
  onRow: (row: CsvRow) => void,
  onBad: (message: string) => void,
): Promise<void> {
  const state = { line: 0, header: null as readonly string[] | null, rowOf: objectRows([]) };
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    let from = 0;
    for (let end = bytes.indexOf(LF); end >= 0; end = bytes.indexOf(LF, from)) {
      readLine(bytes.toString('utf8', from, end), state, path, onRow, onBad);
      from = end + 1;
    }
    rest = bytes.subarray(from);
    if (rest.length > MOST_LINE_BYTES) throw new InputError(`${path}:${state.line + 1}: a line is longer than 16 MiB`);
  }
  if (rest.length > 0) readLine(rest.toString('utf8'), state, path, onRow, onBad);
}

function readLine(
  text: string,
  state: { line: number; header: readonly string[] | null; rowOf: ReturnType<typeof objectRows> },
  path: string,
  onRow: (row: CsvRow) => void,
  onBad: (message: string) => void,
): void {
  state.line++;
  if (text.trim() === '') return;
  const object = parsed(text);
  if (!object) {
    onBad(`${path}:${state.line}: must be a JSON object, got ${JSON.stringify(text.slice(0, 60))}`);
    return;
  }
  if (!state.header) {
    state.header = headerOf(object);
    const names = Object.fromEntries(state.header.map((name) => [name, name]));
    onRow(objectRows(state.header)(names, state.line));
    state.rowOf = objectRows(state.header);
  }
  onRow(state.rowOf(object, state.line));
}

/** The first object's names; those that only some lines may have, such as a session, are added. */
function headerOf(object: Readonly<Record<string, unknown>>): string[] {
  const own = Object.keys(object);
  return [...own, ...OPTIONAL.filter((name) => !own.includes(name))];
}

const OPTIONAL = ['session', 'elapsed_s'];

function parsed(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
