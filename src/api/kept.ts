import type { Store } from '../store/index.js';
import type { Kept } from './answers/size-of-question.js';

/** What questions kept: tables in the store, forecasts in memory. */
export interface KeptAnswers {
  recall(keys: readonly string[]): Kept;
  keep(values: Kept): void;
}

const COLLECTION = 'kept';
const MOST_IN_MEMORY = 64;
const MOST_IN_STORE = 2000;

/**
 * Keeps what answers measured.
 *
 * @param clock Unix seconds
 */
export function openKept(store: Store, clock: () => number): KeptAnswers {
  const memory = new Map<string, unknown>();
  const remember = (key: string, value: unknown): void => {
    memory.delete(key);
    memory.set(key, value);
    if (memory.size > MOST_IN_MEMORY) memory.delete(memory.keys().next().value!);
  };
  return {
    recall(keys) {
      const kept: Record<string, unknown> = {};
      for (const key of keys) {
        const value = memory.get(key) ?? (isStored(key) ? store.get(COLLECTION, key) : undefined);
        if (value === undefined) continue;
        remember(key, value);
        kept[key] = value;
      }
      return kept;
    },
    keep(values) {
      if (Object.keys(values).length === 0) return;
      for (const [key, value] of Object.entries(values)) {
        remember(key, value);
        if (isStored(key)) store.put(COLLECTION, key, clock(), value);
      }
      store.prune(COLLECTION, 0, MOST_IN_STORE);
    },
  };
}

/** Forecasts hold typed arrays, and are quickly made again. */
function isStored(key: string): boolean {
  return !key.startsWith('forecast:');
}
