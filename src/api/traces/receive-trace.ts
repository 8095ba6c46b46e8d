import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { HttpProblem } from '../http/problems.js';

/** How large an upload may be. */
export interface UploadLimits {
  /** Bytes that are sent. */
  readonly sentBytes: number;
  /** Bytes after unpacking. */
  readonly unpackedBytes: number;
}

/**
 * Writes an upload to a new file as it comes, unpacked where it is gzip (told by its first two bytes).
 *
 * @returns bytes written
 * @throws HttpProblem 413 when it is too large, before or after unpacking; 400 when it is empty or its gzip data is damaged
 */
export async function receiveTrace(body: Readable, file: string, limits: UploadLimits): Promise<number> {
  const sent = limited(body, limits.sentBytes, 'the upload');
  const first = await sent.next();
  if (first.done) throw new HttpProblem(400, 'the upload is empty');
  const source = Readable.from(withFirst(first.value, sent), { objectMode: false });
  let bytes = 0;
  const count = async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of limited(chunks, limits.unpackedBytes, 'the unpacked upload')) {
      bytes += chunk.length;
      yield chunk;
    }
  };
  const target = createWriteStream(file, { flags: 'wx', mode: 0o600 });
  try {
    if (isGzip(first.value)) await pipeline(source, createGunzip(), count, target);
    else await pipeline(source, count, target);
  } catch (error) {
    if (String((error as NodeJS.ErrnoException).code).startsWith('Z_'))
      throw new HttpProblem(400, 'the gzip data of the upload are damaged or cut short');
    throw error;
  }
  return bytes;
}

async function* limited(chunks: AsyncIterable<Buffer>, most: number, what: string): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > most) throw new HttpProblem(413, `${what} is larger than ${most} bytes`);
    yield chunk;
  }
}

async function* withFirst(first: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* rest;
}

function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}
