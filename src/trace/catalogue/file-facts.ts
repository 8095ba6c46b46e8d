import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../../base/index.js';
import type { KnownContent } from './entries.js';

/** Size and checksum of a file, or null where there is none. */
export async function contentOf(file: string): Promise<KnownContent | null> {
  const bytes = await sizeOf(file);
  if (bytes === null) return null;
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>)
    hash.update(chunk);
  return { bytes, sha256: hash.digest('hex') };
}

/** Bytes of a file, or null where there is none. */
export async function sizeOf(file: string): Promise<number | null> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

const RECORDS = 'checksums.json';

/** What was recorded at the first download of files whose content is published nowhere, by file name. */
export type Records = Readonly<Record<string, KnownContent>>;

/**
 * Reads the records of a data folder; empty where there are none.
 *
 * @throws InputError when the file of records is damaged: then nothing may be trusted in silence
 */
export async function readRecords(folder: string): Promise<Records> {
  const file = path.join(folder, RECORDS);
  if ((await sizeOf(file)) === null) return {};
  try {
    const records = JSON.parse(await readFile(file, 'utf8')) as Records;
    for (const { bytes, sha256 } of Object.values(records))
      if (!Number.isInteger(bytes) || !/^[0-9a-f]{64}$/.test(sha256)) throw new TypeError('a record is incomplete');
    return records;
  } catch (cause) {
    throw new InputError(`${file}: must hold the recorded checksums as JSON; delete it to record them anew`, { cause });
  }
}

/** Adds a record, whole or not at all. */
export async function writeRecord(folder: string, name: string, content: KnownContent): Promise<void> {
  const file = path.join(folder, RECORDS);
  const records = { ...(await readRecords(folder)), [name]: content };
  await writeFile(`${file}.new`, `${JSON.stringify(records, null, 2)}\n`);
  await rename(`${file}.new`, file);
}
