import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { InputError } from '../../base/index.js';
import { aggregateTarget, binTrace, readBinned, targetFromColumn, type TargetSeries } from '../../load/index.js';
import { filterTrace, readTrace } from '../../trace/index.js';
import type { BinnedSource, RequestsSource, SeriesDefinition, SeriesSource } from './definitions.js';
import { seriesOfEvents } from './events.js';

/**
 * Builds a reference series from the first of its sources whose file is in one of the folders; null where none is.
 *
 * @throws InputError when the values are not those of the definition, by their sha256
 */
export async function buildSeries(
  definition: SeriesDefinition,
  folders: readonly string[],
): Promise<TargetSeries | null> {
  const found = locate(definition.sources, folders);
  if (found === null) return null;
  const { values, weights } = await valuesOf(found.source, found.file);
  const sha256 = checksumOf(values);
  if (sha256 !== definition.sha256)
    throw new InputError(
      `${found.file}: gives another series than ${definition.name}: sha256 of its ${values.length} values must be ` +
        `${definition.sha256}, got ${sha256}`,
    );
  const clock = { startEpochSeconds: null, timeZone: 'UTC', binSeconds: definition.binSeconds };
  return { name: definition.name, ...clock, values, ...(weights ? { weights } : {}) };
}

/** SHA-256 of the values as text with six decimals joined by line feeds, missing ones as -1.000000. */
export function checksumOf(values: Float64Array): string {
  const lines = Array.from(values, (value) => (Number.isNaN(value) ? '-1.000000' : value.toFixed(6)));
  return createHash('sha256').update(lines.join('\n')).digest('hex');
}

function locate(
  sources: readonly SeriesSource[],
  folders: readonly string[],
): { source: SeriesSource; file: string } | null {
  for (const source of sources)
    for (const folder of folders) {
      const file = path.join(folder, source.file);
      if (existsSync(file)) return { source, file };
    }
  return null;
}

/** Values of a series, and the requests behind each where they are means. */
export interface SeriesValues {
  readonly values: Float64Array;
  readonly weights?: Float64Array;
}

async function valuesOf(source: SeriesSource, file: string): Promise<SeriesValues> {
  if (source.kind === 'binned') return ofBinned(source, file);
  if (source.kind === 'requests') return ofRequests(source, file);
  return seriesOfEvents(source, file);
}

async function ofBinned({ column, over, factor = 1, missingWhere }: BinnedSource, file: string): Promise<SeriesValues> {
  const read = async (name: string): Promise<Float64Array> => {
    const table = await readBinned(file, { column: name, missingWhere });
    return aggregateTarget(targetFromColumn(table, name), factor).values;
  };
  const values = await read(column);
  return over === undefined ? { values } : meansOf(values, await read(over));
}

/** Sums over counts, missing where the count is 0. */
export function meansOf(sums: Float64Array, counts: Float64Array): SeriesValues {
  return { values: sums.map((sum, i) => (counts[i]! > 0 ? sum / counts[i]! : NaN)), weights: counts };
}

async function ofRequests(source: RequestsSource, file: string): Promise<SeriesValues> {
  const { trace } = await readTrace(file, {});
  const span = { fromSeconds: 0, toSeconds: source.bins * source.binSeconds };
  const load = binTrace(filterTrace(trace, { service: source.service }), source.binSeconds, span);
  if (source.value === 'requests') return { values: load.requests };
  const tokens = load.promptTokens.map((prompt, i) => prompt + load.outputTokens[i]!);
  return source.value === 'tokens' ? { values: tokens } : meansOf(tokens, load.requests);
}
