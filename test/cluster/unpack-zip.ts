import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inflateRawSync } from 'node:zlib';

const DIRECTORY_END = 0x06054b50;
const DEFLATED = 8;

/**
 * Unpacks the files of a zip archive that a filter picks, with their modes; for archives below 4 GB, without encryption (APPNOTE 6.3, sections 4.3.7, 4.3.12
 * and 4.3.16).
 *
 * @throws RangeError when the file is no zip archive
 */
export function unpackZip(file: string, folder: string, isWanted: (name: string) => boolean): void {
  const archive = readFileSync(file);
  const end = archive.lastIndexOf(Buffer.from(Uint32Array.of(DIRECTORY_END).buffer));
  if (end < 0) throw new RangeError(`Cannot unpack ${file}: it is no zip archive`);
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => archive.readUInt16LE(at + offset));
    const name = archive.toString('utf8', at + 46, at + 46 + nameLength!);
    if (!name.endsWith('/') && isWanted(name)) {
      const target = path.join(folder, name);
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, contentOf(archive, at), { mode: (archive.readUInt32LE(at + 38) >>> 16) & 0o777 });
    }
    at += 46 + nameLength! + extraLength! + commentLength!;
  }
}

function contentOf(archive: Buffer, entry: number): Buffer {
  const packedLength = archive.readUInt32LE(entry + 20);
  const local = archive.readUInt32LE(entry + 42);
  const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
  const packed = archive.subarray(start, start + packedLength);
  return archive.readUInt16LE(entry + 10) === DEFLATED ? inflateRawSync(packed) : packed;
}
