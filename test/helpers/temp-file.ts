import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * Writes files into a folder of its own, which goes when the tests of the enclosing `describe` are over.
 *
 * @returns writes one file and gives its path
 */
export function tempFiles(): (name: string, content: string | Uint8Array) => string {
  const folder = mkdtempSync(path.join(tmpdir(), 'foresail-test-'));
  after(() => rmSync(folder, { recursive: true }));
  return (name, content) => {
    const file = path.join(folder, name);
    writeFileSync(file, content);
    return file;
  };
}
