/**
 * Requests that wait on a replica, ordered by `key`, those with the same key in the order in which they came: a ring of columns. First
 * come first served has the arrival as its key; then those in front may have arrived while those behind are still on their
 * way (a KV transfer). `produced` tokens of a request were made before (it was preempted); `loaded` says that its KV comes with it.
 */
export interface WaitQueue {
  head: number;
  length: number;
  /** Length of the columns - 1, the length being a power of two. */
  mask: number;
  request: Int32Array;
  at: Float64Array;
  key: Float64Array;
  produced: Int32Array;
  loaded: Uint8Array;
}

/** An empty queue. */
export function openWaitQueue(): WaitQueue {
  return {
    head: 0,
    length: 0,
    mask: 15,
    request: new Int32Array(16),
    at: new Float64Array(16),
    key: new Float64Array(16),
    produced: new Int32Array(16),
    loaded: new Uint8Array(16),
  };
}

/** Puts a request behind all whose key is no larger than its own. */
export function enqueue(
  queue: WaitQueue,
  request: number,
  at: number,
  loaded: 0 | 1,
  key: number = at,
  produced = 0,
): void {
  if (queue.length > queue.mask) grow(queue);
  let place = queue.length++;
  for (; place > 0; place--) {
    const before = (queue.head + place - 1) & queue.mask;
    if (queue.key[before]! <= key) break;
    copyRow(queue, before, (queue.head + place) & queue.mask);
  }
  setRow(queue, (queue.head + place) & queue.mask, request, at, key, produced, loaded);
}

/** Puts a preempted request in front of all others. */
export function enqueueFirst(queue: WaitQueue, request: number, at: number, produced: number): void {
  if (queue.length > queue.mask) grow(queue);
  queue.length++;
  queue.head = (queue.head - 1) & queue.mask;
  setRow(queue, queue.head, request, at, -Infinity, produced, 0);
}

/** Takes the first request away. */
export function dequeue(queue: WaitQueue): void {
  queue.head = (queue.head + 1) & queue.mask;
  queue.length--;
}

/** Takes a request away, wherever it waits; whether it did. */
export function removeFromQueue(queue: WaitQueue, request: number): boolean {
  const rowAt = (place: number): number => (queue.head + place) & queue.mask;
  let place = 0;
  while (place < queue.length && queue.request[rowAt(place)] !== request) place++;
  if (place === queue.length) return false;
  for (; place < queue.length - 1; place++) copyRow(queue, rowAt(place + 1), rowAt(place));
  queue.length--;
  return true;
}

function setRow(
  queue: WaitQueue,
  row: number,
  request: number,
  at: number,
  key: number,
  produced: number,
  loaded: 0 | 1,
): void {
  queue.request[row] = request;
  queue.at[row] = at;
  queue.key[row] = key;
  queue.produced[row] = produced;
  queue.loaded[row] = loaded;
}

function copyRow(queue: WaitQueue, from: number, to: number): void {
  queue.request[to] = queue.request[from]!;
  queue.at[to] = queue.at[from]!;
  queue.key[to] = queue.key[from]!;
  queue.produced[to] = queue.produced[from]!;
  queue.loaded[to] = queue.loaded[from]!;
}

function grow(queue: WaitQueue): void {
  const size = (queue.mask + 1) * 2;
  const from = { ...queue };
  const larger = {
    request: new Int32Array(size),
    at: new Float64Array(size),
    key: new Float64Array(size),
    produced: new Int32Array(size),
    loaded: new Uint8Array(size),
  };
  Object.assign(queue, larger, { mask: size - 1, head: 0 });
  for (let i = 0; i < from.length; i++) {
    const row = (from.head + i) & from.mask;
    const loaded = from.loaded[row] === 1 ? 1 : 0;
    setRow(queue, i, from.request[row]!, from.at[row]!, from.key[row]!, from.produced[row]!, loaded);
  }
}
