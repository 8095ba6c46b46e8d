import type { Database } from 'libsql';

/** One record: what was written under a key, and its moment. */
export interface StoreEntry {
  readonly key: string;
  /** The moment that the writer gave it, seconds. */
  readonly at: number;
  readonly value: unknown;
}

/** An embedded database of JSON values in collections. It knows nothing of what it keeps. */
export interface Store {
  /** Writes a value under its key; one that is there already is replaced. */
  put(collection: string, key: string, at: number, value: unknown): void;
  /** The value under a key; undefined when there is none. */
  get(collection: string, key: string): unknown;
  /** True when there was one. */
  delete(collection: string, key: string): boolean;
  /** Entries with `from <= at < to`, newest first, at most `limit`. */
  between(collection: string, from: number, to: number, limit: number): StoreEntry[];
  count(collection: string): number;
  /** Collections that have a record. */
  collections(): string[];
  /** Deletes a collection. */
  drop(collection: string): void;
  /** Deletes what is older than `before`, and beyond the newest `most` entries; gives how many went. */
  prune(collection: string, before: number, most: number): number;
  close(): void;
}

const TABLES = `
  CREATE TABLE IF NOT EXISTS records (
    collection TEXT NOT NULL, key TEXT NOT NULL, at REAL NOT NULL, value TEXT NOT NULL, PRIMARY KEY (collection, key)
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS records_by_time ON records (collection, at);`;

/**
 * Opens the database in a file, or makes it.
 *
 * @param file a path, or `:memory:`
 */
export async function openStore(file: string): Promise<Store> {
  const { default: Libsql } = await import('libsql');
  const database = new Libsql(file);
  database.pragma('journal_mode = WAL');
  database.pragma('busy_timeout = 5000');
  database.exec(TABLES);
  return storeIn(database);
}

function storeIn(database: Database): Store {
  const put = database.prepare('INSERT OR REPLACE INTO records (collection, key, at, value) VALUES (?, ?, ?, ?)');
  const get = database.prepare('SELECT value FROM records WHERE collection = ? AND key = ?');
  const remove = database.prepare('DELETE FROM records WHERE collection = ? AND key = ?');
  const between = database.prepare(
    'SELECT key, at, value FROM records WHERE collection = ? AND at >= ? AND at < ? ORDER BY at DESC, key DESC LIMIT ?',
  );
  const count = database.prepare('SELECT COUNT(*) AS count FROM records WHERE collection = ?');
  const collections = database.prepare('SELECT DISTINCT collection FROM records');
  const drop = database.prepare('DELETE FROM records WHERE collection = ?');
  const prune = database.prepare(
    'DELETE FROM records WHERE collection = ? AND (at < ? OR key NOT IN (SELECT key FROM records WHERE collection = ? ORDER BY at DESC, key DESC LIMIT ?))',
  );
  return {
    put: (collection, key, at, value) => void put.run(collection, key, at, JSON.stringify(value)),
    get(collection, key) {
      const row = get.get(collection, key) as { value: string } | undefined;
      return row && (JSON.parse(row.value) as unknown);
    },
    delete: (collection, key) => remove.run(collection, key).changes > 0,
    between: (collection, from, to, limit) =>
      (between.all(collection, from, to, limit) as { key: string; at: number; value: string }[]).map((row) => ({
        ...row,
        value: JSON.parse(row.value) as unknown,
      })),
    count: (collection) => (count.get(collection) as { count: number }).count,
    collections: () => (collections.all() as { collection: string }[]).map(({ collection }) => collection),
    drop: (collection) => void drop.run(collection),
    prune: (collection, before, most) => prune.run(collection, before, collection, most).changes,
    close: () => void database.close(),
  };
}
