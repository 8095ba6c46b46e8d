import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openStore } from '../../src/store/index.js';

describe('the store', () => {
  it('gives back what was put, and nothing of other collections', async () => {
    const store = await openStore(':memory:');
    store.put('a', 'one', 1, { text: "it's", list: [1, null] });
    assert.deepEqual(store.get('a', 'one'), { text: "it's", list: [1, null] });
    assert.equal(store.get('b', 'one'), undefined);
    store.put('a', 'one', 2, 'new');
    assert.equal(store.get('a', 'one'), 'new');
    assert.equal(store.count('a'), 1);
    store.close();
  });

  it('finds by time, newest first, up to a limit', async () => {
    const store = await openStore(':memory:');
    for (let at = 0; at < 5; at++) store.put('a', `k${at}`, at, at);
    assert.deepEqual(
      store.between('a', 1, 4, 10).map(({ at }) => at),
      [3, 2, 1],
    );
    assert.deepEqual(
      store.between('a', 0, Infinity, 2).map(({ value }) => value),
      [4, 3],
    );
    store.close();
  });

  it('prunes what is old, and what is beyond the newest', async () => {
    const store = await openStore(':memory:');
    for (let at = 0; at < 6; at++) store.put('a', `k${at}`, at, at);
    store.put('b', 'other', 0, 0);
    assert.equal(store.prune('a', 2, 10), 2);
    assert.equal(store.prune('a', 0, 3), 1);
    assert.equal(store.count('a'), 3);
    assert.equal(store.count('b'), 1);
    assert.equal(store.delete('b', 'other'), true);
    assert.equal(store.delete('b', 'other'), false);
    store.close();
  });

  it('drops a collection, and names those that there are', async () => {
    const store = await openStore(':memory:');
    assert.deepEqual(store.collections(), []);
    for (const collection of ['a', 'b/c', 'b/d']) store.put(collection, 'one', 1, 1);
    store.put('a', 'two', 2, 2);
    assert.deepEqual(store.collections().sort(), ['a', 'b/c', 'b/d']);
    store.drop('b/c');
    store.drop('none');
    assert.deepEqual(store.collections().sort(), ['a', 'b/d']);
    assert.equal(store.count('a'), 2);
    store.close();
  });

  it('keeps everything over a restart', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'foresail-store-'));
    const file = path.join(folder, 'x.sqlite');
    const first = await openStore(file);
    first.put('a', 'one', 1, [1]);
    first.close();
    const second = await openStore(file);
    assert.deepEqual(second.get('a', 'one'), [1]);
    second.close();
    await rm(folder, { recursive: true });
  });
});
