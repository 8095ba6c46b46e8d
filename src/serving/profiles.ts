import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { InputError, packageFile } from '../base/index.js';
import { checkProfile } from './check-profile.js';
import { fitProfile, type ProfileParameters } from './fit-profile.js';
import type { KvDtype, LatencyProfile } from './profile.js';
import { parseProfilePoints } from './profile-points.js';

/** The profile that commands use unless told otherwise. */
export const DEFAULT_PROFILE = 'h100-llama-3.1-8b-bf16';

const FOLDER = packageFile('data/profiles');

/** Names of the profiles that ship with the package, in order. */
export function profileNames(): string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.csv'))
    .map((file) => path.basename(file, '.csv'))
    .sort();
}

/**
 * A shipped profile by its name (fitted from its measured points here and now), or one read from a `.json` file.
 *
 * @throws InputError when there is no such profile, naming those there are; or when the file is no profile
 */
export function loadProfile(name: string): LatencyProfile {
  if (name.endsWith('.json')) return readProfile(name);
  if (!profileNames().includes(name))
    throw new InputError(
      `unknown profile "${name}": there are ${profileNames().join(', ')}, or the path of a .json file`,
    );
  const file = path.join(FOLDER, `${name}.csv`);
  const all = JSON.parse(readFileSync(path.join(FOLDER, 'parameters.json'), 'utf8')) as Record<
    string,
    ProfileParameters
  >;
  return fitProfile(parseProfilePoints(readFileSync(file, 'utf8'), file), { ...all[name]!, name });
}

/**
 * The profile for a KV cache in another number format: fp8 halves the bytes of a token and doubles the tokens that fit. The step times
 * stay as measured in bf16 (fp8 was not measured; reading a smaller cache would be no slower).
 */
export function withKvDtype(profile: LatencyProfile, kvDtype: KvDtype): LatencyProfile {
  const bytesOf = (dtype: KvDtype): number => (dtype === 'fp8' ? 1 : 2);
  const factor = bytesOf(kvDtype) / bytesOf(profile.kvDtype ?? 'bf16');
  const { kvBytesPerToken, kvTokensCapacity } = profile;
  return {
    ...profile,
    kvDtype,
    kvBytesPerToken: kvBytesPerToken * factor,
    kvTokensCapacity: Math.floor(kvTokensCapacity / factor),
  };
}

/**
 * Refuses a tensor-parallel degree at which a profile was not measured.
 *
 * @throws InputError
 */
export function checkTensorParallel({ name, tensorParallel = 1 }: LatencyProfile, wanted: number): void {
  if (wanted !== tensorParallel)
    throw new InputError(
      `profile ${name} has no points at tensor parallel ${wanted}: it was measured at ${tensorParallel}; measure them, and fit with foresail profile fit --tensor-parallel ${wanted}`,
    );
}

function readProfile(file: string): LatencyProfile {
  if (!existsSync(file)) throw new InputError(`${file}: no such profile file`);
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new InputError(`${file}: not a JSON document`, { cause });
  }
  return checkProfile(value, file);
}
