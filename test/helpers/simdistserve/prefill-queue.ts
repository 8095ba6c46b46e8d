import { MOST_PREFILL_TOKENS, prefillMs } from './rules.js';
import type { Coefficients, Workload } from './reference-file.js';

/** Prompts of one instance in order of arrival: `requests` from `next` to `length` wait; a batch is a range of them. */
export interface PrefillQueue {
  readonly requests: Int32Array;
  length: number;
  next: number;
  /** Ends of the batches, and the place behind the last request of each. */
  readonly batchEnd: Float64Array;
  readonly batchTo: Int32Array;
  batches: number;
  /** Requests in the batch that runs. */
  running: number;
}

/** An empty queue for at most `count` requests. */
export function openPrefillQueue(count: number): PrefillQueue {
  return {
    requests: new Int32Array(count),
    length: 0,
    next: 0,
    batchEnd: new Float64Array(count),
    batchTo: new Int32Array(count),
    batches: 0,
    running: 0,
  };
}

/** Runs one batch of what waits, from a moment on (milliseconds); gives its end. */
export function runPrefillBatch(
  queue: PrefillQueue,
  { promptTokens }: Workload,
  coefficients: Coefficients,
  from: number,
): number {
  let tokens = 0;
  let squares = 0;
  const first = queue.next;
  while (queue.next < queue.length) {
    const length = promptTokens[queue.requests[queue.next]!]!;
    if (tokens + length > MOST_PREFILL_TOKENS) break;
    tokens += length;
    squares += length * length;
    queue.next++;
  }
  queue.running = queue.next - first;
  const end = from + prefillMs(coefficients, tokens, squares);
  queue.batchEnd[queue.batches] = end;
  queue.batchTo[queue.batches++] = queue.next;
  return end;
}
