import { homedir } from 'node:os';
import path from 'node:path';
import { packageFile } from '../../base/index.js';

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where a user's models and downloads are kept: `FORESAIL_DATA`, else `foresail` in `XDG_DATA_HOME` (which must be absolute to
 * count, by the XDG base directory specification), else `~/.local/share/foresail`. Never the package's own folder.
 */
export function dataFolder(environment: Environment): string {
  const { FORESAIL_DATA: own, XDG_DATA_HOME: shared } = environment;
  if (own !== undefined && own !== '') return path.resolve(own);
  const home = shared !== undefined && path.isAbsolute(shared) ? shared : path.join(homedir(), '.local', 'share');
  return path.join(home, 'foresail');
}

/** The folder of a user's model of this name. */
export function modelFolder(name: string, environment: Environment): string {
  return path.join(dataFolder(environment), 'models', name);
}

/** The folder of the model that ships with the package; it was trained on the modelled week. */
export function pretrainedFolder(): string {
  return packageFile('models/pretrained');
}
