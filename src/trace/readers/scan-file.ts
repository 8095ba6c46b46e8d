import { open } from 'node:fs/promises';
import { readBytes, type ReportBytes } from './bytes.js';
import { scanRows, type CsvRow } from './csv-rows.js';
import { scanJsonLines } from './jsonl.js';
import { scanParquet } from './parquet.js';

/** What is done with what a file holds. */
export interface FileScan {
  readonly onRow: (row: CsvRow) => void;
  /** A line that is no row at all. */
  readonly onBad: (message: string) => void;
  readonly onProgress?: ReportBytes | undefined;
}

/**
 * Hands the rows of a file to `onRow`, whatever it is packed in: Parquet and gzip are told by their first bytes, JSON lines by
 * the brace that they start with; the rest is CSV. The first row is the header.
 *
 * @returns Unix time of second 0 where the file says so beside its rows, else null
 * @throws InputError as the readers of each kind
 */
export async function scanFile(path: string, { onRow, onBad, onProgress }: FileScan): Promise<number | null> {
  if (await isParquet(path)) return (await scanParquet(path, onRow, onProgress)).startEpochSeconds;
  const chunks = readBytes(path, onProgress);
  const first = await chunks.next();
  const all = first.done === true ? chunks : withFirst(first.value, chunks);
  const isJson = first.done !== true && /^(\ufeff)?\s*\{/.test(first.value.toString('utf8', 0, 64));
  await (isJson ? scanJsonLines(all, path, onRow, onBad) : scanRows(all, path, onRow));
  return null;
}

async function* withFirst(first: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* rest;
}

/** Whether a file starts as Parquet does; what cannot be opened is left to the reader that says why. */
async function isParquet(path: string): Promise<boolean> {
  try {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
      return bytesRead === 4 && buffer.toString('latin1') === 'PAR1';
    } finally {
      await file.close();
    }
  } catch {
    return false;
  }
}
