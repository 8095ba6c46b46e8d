import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { InputError } from '../../base/index.js';

/** Told how far reading has come, in bytes of the file as it lies on disk. */
export type ReportBytes = (done: number, total: number) => void;

const CHUNK_BYTES = 256 * 1024;

/**
 * The bytes of a file in chunks, unpacked where the file is gzip (told by its first two bytes, whatever its name).
 *
 * @throws InputError when the file is missing, a folder, unreadable, or its gzip data is cut or damaged
 */
export async function* readBytes(path: string, onProgress?: ReportBytes): AsyncGenerator<Buffer> {
  try {
    const total = (await stat(path)).size;
    const file = rawBytes(path, total, onProgress);
    const first = await file.next();
    if (first.done) return;
    const all = withFirst(first.value, file);
    yield* isGzip(first.value) ? unzipped(all) : all;
  } catch (error) {
    throw error instanceof InputError ? error : new InputError(`${path}: ${reasonOf(error)}`, { cause: error });
  }
}

async function* rawBytes(path: string, total: number, onProgress?: ReportBytes): AsyncGenerator<Buffer> {
  let done = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>) {
    done += chunk.length;
    onProgress?.(done, total);
    yield chunk;
  }
}

async function* withFirst(first: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* rest;
}

async function* unzipped(packed: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const source = Readable.from(packed, { objectMode: false });
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  source.on('error', (error) => gunzip.destroy(error));
  for await (const chunk of source.pipe(gunzip) as AsyncIterable<Buffer>) yield chunk;
}

function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

const REASONS: Record<string, string> = {
  ENOENT: 'no such file',
  EISDIR: 'is a folder, not a file',
  EACCES: 'may not be read (permission denied)',
  ENOTDIR: 'no such file (a part of its path is not a folder)',
  Z_BUF_ERROR: 'its gzip data is cut short',
  Z_DATA_ERROR: 'its gzip data is damaged',
};

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return REASONS[code ?? ''] ?? `cannot be read (${message})`;
}
