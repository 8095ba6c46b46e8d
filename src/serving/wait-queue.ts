/**
 * Requests that wait on a replica, first come first served: a ring of columns. Those in front may have arrived; those behind may
 * still be on their way (a KV transfer). `produced` tokens of a request were made before (it was preempted); `loaded` says
 * that its KV comes with it.
 */
export interface WaitQueue {
  head: number;
  length: number;
  /** Length of the columns - 1, the length being a power of two. */
  mask: number;
  request: Int32Array;
  at: Float64Array;
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
    produced: new Int32Array(16),
    loaded: new Uint8Array(16),
  };
}

/** Puts a request behind all that arrive no later than it. */
export function enqueue(queue: WaitQueue, request: number, at: number, loaded: 0 | 1): void {
  if (queue.length > queue.mask) grow(queue);
  let place = queue.length++;
  for (; place > 0; place--) {
    const before = (queue.head + place - 1) & queue.mask;
    if (queue.at[before]! <= at) break;
    copyRow(queue, before, (queue.head + place) & queue.mask);
  }
  setRow(queue, (queue.head + place) & queue.mask, request, at, 0, loaded);
}

/** Puts a preempted request in front of all others. */
export function enqueueFirst(queue: WaitQueue, request: number, at: number, produced: number): void {
  if (queue.length > queue.mask) grow(queue);
  queue.length++;
  queue.head = (queue.head - 1) & queue.mask;
  setRow(queue, queue.head, request, at, produced, 0);
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

function setRow(queue: WaitQueue, row: number, request: number, at: number, produced: number, loaded: 0 | 1): void {
  queue.request[row] = request;
  queue.at[row] = at;
  queue.produced[row] = produced;
  queue.loaded[row] = loaded;
}

function copyRow(queue: WaitQueue, from: number, to: number): void {
  queue.request[to] = queue.request[from]!;
  queue.at[to] = queue.at[from]!;
  queue.produced[to] = queue.produced[from]!;
  queue.loaded[to] = queue.loaded[from]!;
}

function grow(queue: WaitQueue): void {
  const size = (queue.mask + 1) * 2;
  const from = { ...queue };
  const larger = { request: new Int32Array(size), at: new Float64Array(size), produced: new Int32Array(size) };
  Object.assign(queue, larger, { loaded: new Uint8Array(size), mask: size - 1, head: 0 });
  for (let i = 0; i < from.length; i++) {
    const row = (from.head + i) & from.mask;
    setRow(queue, i, from.request[row]!, from.at[row]!, from.produced[row]!, from.loaded[row] === 1 ? 1 : 0);
  }
}
