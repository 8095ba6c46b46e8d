import { configurationKey, type AttainmentRow, type AttainmentTable } from '../../plan/index.js';
import type { InstanceCounts } from '../../spec/index.js';
import type { Memory } from './memory.js';

/**
 * The table of the wanted configurations: rows that were kept under the key, and the rest measured now and kept with them.
 *
 * @param measure gives the rows of configurations, in order
 */
export async function rowsFor(
  memory: Memory,
  key: string,
  target: number,
  wanted: readonly InstanceCounts[],
  measure: (missing: readonly InstanceCounts[]) => Promise<readonly AttainmentRow[]>,
): Promise<AttainmentTable> {
  const kept = (memory.recall(key) ?? []) as readonly AttainmentRow[];
  const known = new Map(kept.map((row) => [configurationKey(row.counts), row]));
  const missing = wanted.filter((counts) => !known.has(configurationKey(counts)));
  if (missing.length > 0) {
    for (const row of await measure(missing)) known.set(configurationKey(row.counts), row);
    memory.keep(key, [...known.values()]);
  }
  return { target, rows: wanted.map((counts) => known.get(configurationKey(counts))!) };
}
