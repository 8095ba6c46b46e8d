import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { InputError, packageFile } from '../base/index.js';
import { dataFolder } from '../trace/index.js';

/**
 * Folders in which the public traces may lie: the one that was given, else the shared folder beside the project and what
 * `trace fetch` keeps.
 *
 * @throws InputError when the one given is not there
 */
export function traceFolders(given: string | undefined): string[] {
  if (given !== undefined) {
    if (!existsSync(given)) throw new InputError(`--data must be a folder, got "${given}"`);
    return [given, path.join(given, 'data')];
  }
  const shared = path.resolve(packageFile('.'), process.env.FORESAIL_SHARED ?? '../shared');
  return [path.join(shared, 'data'), dataFolder({ platform: process.platform, home: homedir(), env: process.env })];
}
