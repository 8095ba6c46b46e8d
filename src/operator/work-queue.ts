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
  /** Forgets a key; work on it that runs goes to its end. */
  remove(key: string): void;
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

/** Opens an empty queue. */
export function openWorkQueue(options: WorkQueueOptions): WorkQueue {
  const { clock, random, work, onError, atOnce = 4, leastSeconds = 1, mostBackoffSeconds = 60 } = options;
  const entries = new Map<string, Entry>();
  const running = new Set<Promise<void>>();
  let cancelTimer = (): void => undefined;
  let isStopped = false;

  const run = async (key: string, entry: Entry): Promise<void> => {
    Object.assign(entry, { isAtWork: true, startedAt: clock.now(), dueAt: Infinity });
    try {
      const again = await work(key);
      entry.failures = 0;
      if (again !== null) makeDue(entry, again);
    } catch (error) {
      onError(key, error);
      entry.failures++;
      const asked = (error as { retryAfterSeconds?: number | null } | null)?.retryAfterSeconds ?? 0;
      makeDue(entry, Math.max(asked, backoffSeconds(entry.failures, 1, mostBackoffSeconds, random)));
    }
    entry.isAtWork = false;
  };
  const makeDue = (entry: Entry, afterSeconds: number): void => {
    entry.dueAt = Math.min(entry.dueAt, Math.max(clock.now() + afterSeconds, entry.startedAt + leastSeconds));
  };
  const startDue = (): void => {
    cancelTimer();
    if (isStopped) return;
    const idle = [...entries].filter(([, entry]) => !entry.isAtWork);
    for (const [key, { dueAt, startedAt }] of idle)
      if (dueAt === Infinity && startedAt + leastSeconds <= clock.now()) entries.delete(key);
    const waiting = idle.filter(([, { dueAt }]) => dueAt < Infinity).sort(([, a], [, b]) => a.dueAt - b.dueAt);
    for (const [key, entry] of waiting) {
      if (running.size >= atOnce) return; // whoever ends looks again
      if (entry.dueAt > clock.now()) {
        cancelTimer = clock.at(entry.dueAt, startDue);
        return;
      }
      const one: Promise<void> = run(key, entry).finally(() => {
        running.delete(one);
        startDue();
      });
      running.add(one);
    }
  };
  return {
    add(key, afterSeconds = 0) {
      const entry = entries.get(key) ?? { dueAt: Infinity, startedAt: -Infinity, failures: 0, isAtWork: false };
      entries.set(key, entry);
      makeDue(entry, afterSeconds);
      startDue();
    },
    remove(key) {
      entries.delete(key);
    },
    async stop() {
      isStopped = true;
      cancelTimer();
      await Promise.all(running);
    },
  };
}
