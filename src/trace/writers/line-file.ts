import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { InputError } from '../../base/index.js';

const CHUNK_CHARACTERS = 1 << 18;

/**
 * Writes lines to a file, gzipped where its name ends in `.gz`, in little memory. The file takes its name when it is whole.
 *
 * @throws InputError when it cannot be written; whatever `lines` throws
 */
export async function writeLines(file: string, lines: Iterable<string>): Promise<void> {
  const part = `${file}.part`;
  let failure: unknown = null;
  const source = Readable.from(
    chunksOf(lines, (error) => (failure = error)),
    { objectMode: false, encoding: 'utf8' },
  );
  const target = createWriteStream(part);
  try {
    await (file.endsWith('.gz') ? pipeline(source, createGzip({ level: 9 }), target) : pipeline(source, target));
    await rename(part, file);
  } catch (cause) {
    await rm(part, { force: true });
    if (failure !== null) throw failure as Error;
    throw new InputError(`${file}: cannot be written (${(cause as Error).message})`, { cause });
  }
}

function* chunksOf(lines: Iterable<string>, onError: (error: unknown) => void): Generator<string> {
  let chunk = '';
  try {
    for (const line of lines) {
      chunk += line;
      chunk += '\n';
      if (chunk.length < CHUNK_CHARACTERS) continue;
      yield chunk;
      chunk = '';
    }
  } catch (error) {
    onError(error);
    throw error;
  }
  if (chunk !== '') yield chunk;
}
