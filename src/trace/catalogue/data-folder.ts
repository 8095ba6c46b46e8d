import { existsSync } from 'node:fs';
import path from 'node:path';
import { CATALOGUE } from './entries.js';

/** What the data folder depends on: the edges hand it in. */
export interface Platform {
  readonly platform: string;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Where fetched traces are kept: `FORESAIL_DATA` as it stands, else `foresail` in the platform's cache folder.
 *
 * | platform | cache folder                              |
 * | -------- | ----------------------------------------- |
 * | darwin   | `~/Library/Caches`                        |
 * | win32    | `%LOCALAPPDATA%`, else `~/AppData/Local`  |
 * | others   | `$XDG_CACHE_HOME` (absolute), else `~/.cache` |
 */
export function dataFolder({ platform, home, env }: Platform): string {
  if (env.FORESAIL_DATA) return path.resolve(env.FORESAIL_DATA);
  return path.join(cacheFolder(platform, home, env), 'foresail');
}

function cacheFolder(platform: string, home: string, env: Platform['env']): string {
  if (platform === 'darwin') return path.join(home, 'Library', 'Caches');
  if (platform === 'win32') return env.LOCALAPPDATA ?? path.join(home, 'AppData', 'Local');
  // the XDG specification has relative paths ignored
  return env.XDG_CACHE_HOME && path.isAbsolute(env.XDG_CACHE_HOME) ? env.XDG_CACHE_HOME : path.join(home, '.cache');
}

/** The path that a user's word means: a file as it is; the name of a fetched trace, where no such file is, its file. */
export function traceFile(word: string, folder: string): string {
  const entry = CATALOGUE.find(({ name }) => name === word);
  if (!entry || existsSync(word)) return word;
  const fetched = path.join(folder, entry.file);
  return existsSync(fetched) ? fetched : word;
}
