import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { packageFile } from '../../src/base/index.js';
import type { FeatureTable } from '../../src/boosting/index.js';

/** A Python that has one version of XGBoost. */
export interface Library {
  readonly version: string;
  readonly python: string;
}

const cache = path.join(process.env.XDG_CACHE_HOME ?? path.join(homedir(), '.cache'), 'foresail-ci');

/** Debian's python3-xgboost, and PyPI's xgboost-cpu where .ci/xgboost.sh puts it. */
export const LIBRARIES: readonly Library[] = [
  { version: '1.7.4', python: process.env.FORESAIL_XGBOOST_OLD ?? '/usr/bin/python3' },
  { version: '3.2.0', python: process.env.FORESAIL_XGBOOST_NEW ?? path.join(cache, 'xgboost-3.2.0/bin/python') },
];

export interface OracleJob {
  readonly table: FeatureTable;
  readonly targets?: Float32Array;
  readonly offsets?: Float32Array;
  /** XGBoost's own parameters, to train with; without them `model` is loaded. */
  readonly parameters?: Record<string, unknown>;
  readonly trees?: number;
  /** JSON of a model to load. */
  readonly model?: string;
}

export interface OracleAnswer {
  readonly model: string;
  readonly predictions: Float32Array;
  readonly margins: Float32Array;
  /** [rows x (columns + 1)], the last one the expected value. */
  readonly contributions: Float32Array;
}

/**
 * Asks a real XGBoost, in a folder of the test's own.
 *
 * @throws Error when the library is not there or has another version
 */
export function askXgboost(library: Library, folder: string, job: OracleJob): OracleAnswer {
  if (!existsSync(library.python)) throw new Error(`${library.python} is not there: run .ci/xgboost.sh`);
  const file = (name: string): string => path.join(folder, name);
  const write = (name: string, values: Float32Array | undefined): string | null => {
    if (values === undefined) return null;
    writeFileSync(file(name), Buffer.from(values.buffer, values.byteOffset, values.byteLength));
    return file(name);
  };
  if (job.model !== undefined) writeFileSync(file('model.json'), job.model);
  const results = { predictions: file('predictions'), margins: file('margins'), contributions: file('contributions') };
  writeFileSync(
    file('job.json'),
    JSON.stringify({
      rows: write('rows', job.table.values),
      targets: write('targets', job.targets),
      offsets: write('offsets', job.offsets),
      columns: job.table.columns,
      parameters: job.parameters ?? null,
      trees: job.trees ?? 0,
      model: file('model.json'),
      ...results,
    }),
  );
  const version = execFileSync(library.python, [packageFile('test/xgboost/oracle.py'), file('job.json')], {
    encoding: 'utf8',
    env: { ...process.env, OMP_NUM_THREADS: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();
  if (version !== library.version) throw new Error(`${library.python} has XGBoost ${version}, not ${library.version}`);
  const read = (name: string): Float32Array => new Float32Array(new Uint8Array(readFileSync(name)).buffer);
  return {
    model: readFileSync(file('model.json'), 'utf8'),
    predictions: read(results.predictions),
    margins: read(results.margins),
    contributions: read(results.contributions),
  };
}
