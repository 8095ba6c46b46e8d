import type { LengthTotals, PodTotals, SumAndCount } from './pod-totals.js';

/** What came to a pod between two readings of it; null where either does not say. */
export interface PodGrowth {
  /** Arrived: ended, or now running or waiting. */
  readonly requests: number | null;
  readonly promptTokens: number | null;
  readonly outputTokens: number | null;
  readonly ttft: SumAndCount | null;
  readonly tpot: SumAndCount | null;
  readonly promptLengths: LengthTotals | null;
  readonly outputLengths: LengthTotals | null;
}

/** The difference of two readings; counters that fell began anew in between, and count from 0. */
export function growthOf(before: PodTotals, now: PodTotals): PodGrowth {
  const ended = grown(before.ended, now.ended);
  const inFlight = difference(sum(before.running, before.waiting), sum(now.running, now.waiting));
  const requests = sum(ended, inFlight);
  return {
    requests: requests === null ? null : Math.max(0, requests),
    promptTokens: grown(before.promptTokens, now.promptTokens),
    outputTokens: grown(before.outputTokens, now.outputTokens),
    ttft: grownMean(before.ttft, now.ttft),
    tpot: grownMean(before.tpot, now.tpot),
    promptLengths: grownLengths(before.promptLengths, now.promptLengths),
    outputLengths: grownLengths(before.outputLengths, now.outputLengths),
  };
}

function sum(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}

function difference(before: number | null, now: number | null): number | null {
  return before === null || now === null ? null : now - before;
}

function grown(before: number | null, now: number | null): number | null {
  const change = difference(before, now);
  return change !== null && change < 0 ? now : change;
}

function grownMean(before: SumAndCount | null, now: SumAndCount | null): SumAndCount | null {
  if (before === null || now === null) return null;
  if (now.count < before.count) return now;
  return { sum: now.sum - before.sum, count: now.count - before.count };
}

function grownLengths(before: LengthTotals | null, now: LengthTotals | null): LengthTotals | null {
  if (before === null || now === null) return null;
  const isNew = Object.entries(now.upTo).some(([bound, count]) => count < (before.upTo[bound] ?? 0));
  if (isNew) return now;
  return {
    upTo: Object.fromEntries(
      Object.entries(now.upTo).map(([bound, count]) => [bound, count - (before.upTo[bound] ?? 0)]),
    ),
    sum: difference(before.sum, now.sum),
  };
}
