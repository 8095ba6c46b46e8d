import type { AsyncBuffer, FileMetaData } from 'hyparquet';
import { InputError } from '../../base/index.js';
import type { CsvRow } from './csv-rows.js';
import type { ReportBytes } from './bytes.js';
import { objectRows } from './object-rows.js';

/** Rows decoded at once: what is held in memory of a large row group. */
const SLICE_ROWS = 100_000;

/** What a Parquet file says beside its rows. */
export interface ParquetFacts {
  /** Unix time of second 0, where the file's metadata has it (`start_epoch_s`, as `trace convert` writes it). */
  readonly startEpochSeconds: number | null;
}

/**
 * Hands every row of a Parquet file to `onRow`, as rows of CSV are; the column names come first. Rows count as lines, from 2.
 *
 * @throws InputError when the file is damaged or packed in a way that is not known
 */
export async function scanParquet(
  path: string,
  onRow: (row: CsvRow) => void,
  onProgress?: ReportBytes,
): Promise<ParquetFacts> {
  const { asyncBufferFromFile, parquetMetadataAsync } = await import('hyparquet');
  let file: AsyncBuffer;
  let metadata: FileMetaData;
  try {
    file = await asyncBufferFromFile(path);
    metadata = await parquetMetadataAsync(file);
  } catch (cause) {
    throw new InputError(`${path}: is no whole Parquet file (${(cause as Error).message})`, { cause });
  }
  const header = metadata.schema
    .slice(1)
    .flatMap(({ name, num_children }) => (num_children === undefined ? [name] : []));
  const rowOf = objectRows(header);
  onRow(rowOf(Object.fromEntries(header.map((name) => [name, name])), 1));
  const total = Number(metadata.num_rows);
  for (let from = 0; from < total; from += SLICE_ROWS) {
    const to = Math.min(total, from + SLICE_ROWS);
    const columns = await readSlice(path, file, metadata, header, from, to);
    for (let row = from; row < to; row++) {
      const object: Record<string, unknown> = {};
      header.forEach((name, i) => (object[name] = columns[i]![row - from]));
      onRow(rowOf(object, row + 2));
    }
    onProgress?.(Math.round((file.byteLength * to) / total), file.byteLength);
  }
  const start = Number(metadata.key_value_metadata?.find(({ key }) => key === 'start_epoch_s')?.value ?? NaN);
  return { startEpochSeconds: Number.isFinite(start) ? start : null };
}

/** Columns of the rows [from, to). Chunks come in any order and may reach beyond: each says where it starts. */
async function readSlice(
  path: string,
  file: AsyncBuffer,
  metadata: FileMetaData,
  header: readonly string[],
  from: number,
  to: number,
): Promise<unknown[][]> {
  const [{ parquetRead }, { compressors }] = await Promise.all([import('hyparquet'), import('hyparquet-compressors')]);
  const columns = header.map(() => new Array<unknown>(to - from).fill(undefined));
  try {
    await parquetRead({
      ...{ file, metadata, compressors, columns: [...header], rowStart: from, rowEnd: to },
      onChunk: ({ columnName, columnData, rowStart }) => {
        const column = columns[header.indexOf(columnName)]!;
        const first = Math.max(from, rowStart);
        const last = Math.min(to, rowStart + columnData.length);
        for (let row = first; row < last; row++)
          column[row - from] = (columnData as ArrayLike<unknown>)[row - rowStart];
      },
    });
  } catch (cause) {
    throw new InputError(`${path}: its rows from ${from} on cannot be read (${(cause as Error).message})`, { cause });
  }
  return columns;
}
