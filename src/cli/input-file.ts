import { readFileSync } from 'node:fs';
import { InputError } from '../base/index.js';

/**
 * Reads a text file that a user named.
 *
 * @throws InputError in one line when it is not there, or cannot be read
 */
export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'no such file' : code === 'EISDIR' ? 'is a folder' : `cannot be read (${code})`;
    throw new InputError(`${file}: ${why}`, { cause });
  }
}

/**
 * Reads a JSON file that a user named.
 *
 * @throws InputError in one line when it cannot be read, or is no JSON document
 */
export function readJson(file: string): unknown {
  return parseJson(readText(file), file);
}

/**
 * The value of a JSON text.
 *
 * @param file its name, for messages
 * @throws InputError when it is no JSON document
 */
export function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InputError(`${file}: not a JSON document`, { cause });
  }
}
