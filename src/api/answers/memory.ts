import { createHash } from 'node:crypto';
import type { LivePast } from './live.js';

/** Told how far long work has come. */
export type ReportProgress = (done: number, total: number, what: string) => void;

/**
 * What was measured for earlier questions, by key. Values are plain data; under keys that start with `forecast:` they may hold
 * typed arrays and live as long as the process, all others survive JSON and are kept in the store.
 */
export interface Memory {
  recall(key: string): unknown;
  keep(key: string, value: unknown): void;
}

/** What an answer is made with. */
export interface AnswerTools {
  /** The file of the trace that the question names. */
  readonly traceFile: string;
  /** What was read of the running service where the question is about it; else null. */
  readonly past: LivePast | null;
  readonly memory: Memory;
  readonly report: ReportProgress;
}

/** A key for what depends on exactly these parts. */
export function keyOf(kind: 'attainment' | 'goodput' | 'forecast', parts: readonly unknown[]): string {
  return `${kind}:${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)}`;
}

/** A number that JSON can hold: null for NaN and infinities. */
export function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
