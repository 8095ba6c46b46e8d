import type { Clock } from '../vllm/index.js';
import { backoffSeconds } from './kube/timers.js';

/** What a work queue is opened with. */
export interface WorkQueueOptions {
  readonly clock: Clock;
  readonly random: () => number;
  /**
   * Does the work of a key; what it returns says after how many seconds the key is due again, null: only when it is added.
   * When it throws, the key comes again after a growing time, or after the error's own `retryAfterSeconds` if that is longer.
   */
  readonly work: (key: string) => Promise<number | null>;
  readonly onError: (key: string, error: unknown) => void;
  /** Most keys at work at once; default 4. */
  readonly atOnce?: number;
  /** Least seconds from one start of a key's work to the next; default 1. */
  readonly leastSeconds?: number;
  /** Longest wait after failures; default 60. */
  readonly mostBackoffSeconds?: number;
}

/** Keys to work on: each at most once at a time, and once for however many reasons it was added. */
export interface WorkQueue {
  /** Makes a key due at once, or after so many seconds if it is not due sooner. */
  add(key: string, afterSeconds?: number): void;
  /** Starts nothing more, and waits for what runs. */
  stop(): Promise<void>;
}

interface Entry {
  /** When it is due; Infinity: not at all. */
  dueAt: number;
  startedAt: number;
  failures: number;
  isAtWork: boolean;
}

interface Queue {
  readonly options: Required<WorkQueueOptions>;
  readonly entries: Map<string, Entry>;
  readonly running: Set<Promise<void>>;
  cancelTimer: () => void;
  isStopped: boolean;
}

const DEFAULTS = { atOnce: 4, leastSeconds: 1, mostBackoffSeconds: 60 };

/** Opens an empty queue. */
export function openWorkQueue(options: WorkQueueOptions): WorkQueue {
  const queue: Queue = {
    ...{ options: { ...DEFAULTS, ...options }, entries: new Map(), running: new Set() },
    ...{ cancelTimer: () => undefined, isStopped: false },
  };
  return {
    add(key, afterSeconds = 0) {
      const fresh = { dueAt: Infinity, startedAt: -Infinity, failures: 0, isAtWork: false };
      const entry = queue.entries.get(key) ?? fresh;
      queue.entries.set(key, entry);
      makeDue(queue, entry, afterSeconds);
      startDue(queue);
    },
    async stop() {
      queue.isStopped = true;
      queue.cancelTimer();
      await Promise.all(queue.running);
    },
  };
}

function makeDue({ options }: Queue, entry: Entry, afterSeconds: number): void {
  const soonest = entry.startedAt + options.leastSeconds;
  entry.dueAt = Math.min(entry.dueAt, Math.max(options.clock.now() + afterSeconds, soonest));
}

/** Starts what is due, as much as may run at once, and comes back when the next is. */
function startDue(queue: Queue): void {
  const { entries, running, options } = queue;
  const now = options.clock.now();
  queue.cancelTimer();
  if (queue.isStopped) return;
  const idle = [...entries].filter(([, entry]) => !entry.isAtWork);
  for (const [key, { dueAt, startedAt }] of idle)
    if (dueAt === Infinity && startedAt + options.leastSeconds <= now) entries.delete(key);
  const waiting = idle.filter(([, { dueAt }]) => dueAt < Infinity).sort(([, a], [, b]) => a.dueAt - b.dueAt);
  for (const [key, entry] of waiting) {
    if (running.size >= options.atOnce) return; // whoever ends looks again
    if (entry.dueAt > now) {
      queue.cancelTimer = options.clock.at(entry.dueAt, () => startDue(queue));
      return;
    }
    const one: Promise<void> = run(queue, key, entry).finally(() => {
      running.delete(one);
      startDue(queue);
    });
    running.add(one);
  }
}

async function run(queue: Queue, key: string, entry: Entry): Promise<void> {
  const { clock, random, work, onError, mostBackoffSeconds } = queue.options;
  Object.assign(entry, { isAtWork: true, startedAt: clock.now(), dueAt: Infinity });
  try {
    const again = await work(key);
    entry.failures = 0;
    if (again !== null) makeDue(queue, entry, again);
  } catch (error) {
    onError(key, error);
    entry.failures++;
    const asked = (error as { retryAfterSeconds?: number | null } | null)?.retryAfterSeconds ?? 0;
    makeDue(queue, entry, Math.max(asked, backoffSeconds(entry.failures, 1, mostBackoffSeconds, random)));
  }
  entry.isAtWork = false;
}
